"""What a type checker refuses: each line marked `error` is one, and no other line is."""

from telemetry_events import (
    BatchProgressEvent,
    EHRTokenRefreshedEvent,
    ExecutionTimeEvent,
    GroupingSummaryEvent,
    RedactionKey,
    SchemaGenerationStartEvent,
    TelemetryEventName,
    TrialFilterSummaryEvent,
    canonical_json,
    enum_text,
)

event = BatchProgressEvent("ResultsOnly", 3)

BatchProgressEvent("ResultsOnly")  # error: a missing argument
BatchProgressEvent("ResultsOnly", "3")  # error: a string for an integer
BatchProgressEvent("ResultsOnly", 3, 4)  # error: too many arguments
BatchProgressEvent("ResultsOnly", batch_no=3)  # error: an unknown argument
BatchProgressEvent("ResultsOnly", 3, event=TelemetryEventName.TASK_ERROR)  # error: event is no parameter
EHRTokenRefreshedEvent(None)  # error: None for what is always there
ExecutionTimeEvent("C", "f", "0.5")  # error: a string for a double
GroupingSummaryEvent("s", maybe_final="yes")  # error: a string for a bool
SchemaGenerationStartEvent("d", "prefect_schema_worker", "t")  # error: a string for an enum
SchemaGenerationStartEvent("d", TelemetryEventName.TASK_ERROR, "t")  # error: a member of another enum
TrialFilterSummaryEvent("s", "f", 1, 2, missing_columns="a")  # error: a string for a list
event.batch_number = "4"  # error: a string for an integer
event.batch_no = 4  # error: an unknown field
canonical_json("event")  # error: what is no event
canonical_json(event, key="secret")  # error: what is no key
enum_text("task_error")  # error: what is no member
RedactionKey("k1", "0123456789abcdef")  # error: a string for bytes
