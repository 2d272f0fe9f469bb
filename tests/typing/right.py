"""What a type checker accepts: no line of this file is an error."""

from typing import assert_type

from telemetry_events import (
    BatchProgressEvent,
    RedactionKey,
    SchemaGenerationStartEvent,
    SchemaInitiationSource,
    TaskErrorEvent,
    TelemetryEvent,
    TelemetryEventName,
    TrialFilterSummaryEvent,
    canonical_json,
    enum_text,
)


def emit(event: TelemetryEvent) -> bytes:
    """Take any event."""
    return canonical_json(event, RedactionKey("k1", b"0123456789abcdef"))


batch = BatchProgressEvent("ResultsOnly", batch_number=3)
error = TaskErrorEvent("t", pod_name="p", modeller_username="u", error_type="E", stacktrace_frames="")
trial = TrialFilterSummaryEvent("s", "f", 1, 2, matching_column_count=None, missing_columns=["a"])
start = SchemaGenerationStartEvent("d", SchemaInitiationSource.PREFECT_SCHEMA_WORKER, "2026-11-23")

assert_type(canonical_json(batch), bytes)
assert_type(emit(error), bytes)
assert_type(batch.batch_number, int)
assert_type(batch.event, TelemetryEventName)
assert_type(enum_text(batch.event), str)
assert_type(trial.matching_column_count, int | None)
assert_type(trial.missing_columns, list[str])
assert_type(start.source_of_initiation, SchemaInitiationSource)
assert_type(BatchProgressEvent.parse(bytes(batch)), BatchProgressEvent)
