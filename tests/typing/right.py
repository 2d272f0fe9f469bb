"""What a type checker accepts: no line of this file is an error."""

from collections.abc import AsyncIterator, Iterator
from logging import Logger
from pathlib import Path
from typing import Any, assert_type

from telemetry_events import (
    BatchProgressEvent,
    RedactionKey,
    SchemaGenerationStartEvent,
    SchemaInitiationSource,
    TaskErrorEvent,
    TelemetryError,
    TelemetryEvent,
    TelemetryEventName,
    TrialFilterSummaryEvent,
    canonical_json,
    enum_text,
    flush_telemetry,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_context,
    telemetry_logger,
)
from telemetry_events.instrument import (
    AlgorithmHooks,
    AlgorithmProgress,
    BaseAlgorithmHook,
    log_execution_time,
    observe_task,
    stack_frames,
)
from telemetry_events.testing import Captured, capture_events


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

setup_telemetry()
setup_telemetry(service="s", tags={"team": "ct"}, directory=Path(), key="k1:secret", durability="power")
setup_telemetry(tags=["team:ct"], key=RedactionKey("k1", bytes(16)), capacity_bytes=2**30, strict=True)
assert_type(flush_telemetry(), bool)
assert_type(shutdown_telemetry(timeout=1.0), bool)

logger: Logger = telemetry_logger
telemetry_logger.info(batch)
telemetry_logger.error(error, exc_info=ValueError())
telemetry_logger.warning("%d of %d", 1, 2, extra={"a": 1})
telemetry_logger.log(25, batch, stacklevel=2)

with telemetry_context(task_id="t", run_id=None):
    pass


@log_execution_time
def function(number: int, *, text: str = "") -> float:
    """Take and return what a checker can see."""
    return number / len(text)


@log_execution_time
async def coroutine(number: int) -> str:
    """Return a text, later."""
    return str(number)


@log_execution_time
def generator(number: int) -> Iterator[int]:
    """Yield a number."""
    yield number


@log_execution_time
async def asynchronous(number: int) -> AsyncIterator[int]:
    """Yield a number, later."""
    yield number


class Algorithm(AlgorithmHooks):
    """An algorithm with hooks and methods of every kind."""

    hooks = (AlgorithmProgress(task_context="modeller"), BaseAlgorithmHook())

    @log_execution_time
    def run(self, data: bytes) -> bytes:
        """Return its data."""
        return data

    @log_execution_time
    @staticmethod
    def static(number: int) -> int:
        """Return its number."""
        return number

    @classmethod
    @log_execution_time
    def of_class(cls, number: int) -> int:
        """Return its number."""
        return number


assert_type(function(1, text="a"), float)
assert_type(next(generator(1)), int)
assert_type(Algorithm().run(b"data"), bytes)
assert_type(Algorithm.static(1), int)
assert_type(Algorithm.of_class(1), int)


async def main() -> None:
    """Use what is asynchronous."""
    assert_type(await coroutine(1), str)
    assert_type(await anext(asynchronous(1)), int)
    async with observe_task("t", "p", "u", datasource_type="d", app_version="v"):
        pass


with observe_task("t", "p", "u", "d", "v") as task:
    assert_type(task, observe_task)

try:
    setup_telemetry(service="bad service")
except TelemetryError as refused:
    assert_type(stack_frames(refused), str)

with capture_events(strict=False) as captured:
    assert_type(captured, Captured)
    assert_type(captured.of(TaskErrorEvent), list[TaskErrorEvent])
    assert_type(captured.of(TaskErrorEvent)[0].error_type, str)
    assert_type(captured.events, list[TelemetryEvent])
    assert_type(captured.clear(), None)


class Hook(BaseAlgorithmHook):
    """A hook that looks at epochs."""

    def on_epoch_start(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """See an epoch begin."""
        anything: Any = (algorithm, epoch, max_epochs)
        print(anything)
