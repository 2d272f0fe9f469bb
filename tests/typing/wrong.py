"""What a type checker refuses: each line marked `error` is one, and no other line is."""

from telemetry_events import (
    BatchProgressEvent,
    EHRTokenRefreshedEvent,
    ExecutionTimeEvent,
    GroupingSummaryEvent,
    RedactionKey,
    SchemaGenerationStartEvent,
    TaskErrorEvent,
    TelemetryEventName,
    TrialFilterSummaryEvent,
    canonical_json,
    enum_text,
    flush_telemetry,
    setup_telemetry,
    telemetry_context,
    telemetry_logger,
)
from telemetry_events.instrument import AlgorithmProgress, BaseAlgorithmHook, log_execution_time, observe_task
from telemetry_events.testing import capture_events

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


@log_execution_time
def function(number: int, *, text: str = "") -> float:
    """Take and return what a checker can see."""
    return number / len(text)


@log_execution_time
async def coroutine(number: int) -> str:
    """Return a text, later."""
    return str(number)


class Algorithm:
    """A class with a decorated method."""

    @log_execution_time
    def run(self, data: bytes) -> bytes:
        """Return its data."""
        return data


class Hook(BaseAlgorithmHook):
    """A hook that asks for more than it is given."""

    def on_run_start(self, algorithm: object, more: int) -> None:  # error: another signature
        """See a run begin."""


function("1")  # error: a string for an integer, through a decorator
function(1, txt="a")  # error: an unknown argument, through a decorator
function(1).upper()  # error: a float is no string, through a decorator
Algorithm().run("data")  # error: a string for bytes, through a decorator
pending = coroutine("1")  # error: a string for an integer, through a decorator
setup_telemetry("worker")  # error: an argument by position
setup_telemetry(servce="worker")  # error: an unknown argument
setup_telemetry(durability="disk")  # error: a durability that there is not
setup_telemetry(key=b"k1:secret")  # error: bytes for a key
setup_telemetry(capacity_bytes="1GiB")  # error: a string for an integer
flush_telemetry("5")  # error: a string for seconds
telemetry_context(patient="p")  # error: an unknown argument
telemetry_context(task_id=5)  # error: an integer for a string
observe_task("t", "p", "u", "d")  # error: a missing argument
observe_task("t", "p", "u", "d", version="v")  # error: an unknown argument
observe_task("t", "p", "u", "d", 1)  # error: an integer for a string
AlgorithmProgress(context="worker")  # error: an unknown argument
telemetry_logger.inform(event)  # error: an unknown method
log_execution_time()  # error: a missing argument
with capture_events() as captured:
    captured.of(str)  # error: what is no event
    batches = captured.of(TaskErrorEvent).batch_number  # error: a list has no such field
    batch = captured.of(TaskErrorEvent)[0].batch_number  # error: nor has an event of that type
capture_events(False)  # error: an argument by position
