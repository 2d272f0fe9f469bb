"""Valid lines, of which tests make others."""

from cli.records import BATCH, record

from telemetry_events import MissingColumnEvent, TaskErrorEvent
from telemetry_events.v1 import (
    SchemaGenerationStartEvent,
    SchemaInitiationSource,
    TelemetryException,
    TelemetryTrace,
    TrialFilterSummaryEvent,
)

FRAMES = 'File "app/main.py", line 3, in <module>\nFile "algorithms/mean.py", line 41, in run'
LINE = record(BATCH, task_id="9d1c7f4e")
FAILED = record(TaskErrorEvent("t", "p", "u", "ValueError", FRAMES), status="error")
STARTED = record(SchemaGenerationStartEvent("d", SchemaInitiationSource.PREFECT_SCHEMA_WORKER, "now"))
COLUMN = record(MissingColumnEvent("DOE.dcm", "Pixel Data"))
FILTERED = record(TrialFilterSummaryEvent("filter", "age", 10, 4, missing_columns=["sex", "age"]))
TRACED = record(BATCH, trace=TelemetryTrace("1234567890123456789", "42"))
RAISED = record(BATCH, error=TelemetryException("ValueError", FRAMES))
PLAIN = record('it rained: "cats" and dogs')
VALID = [LINE, FAILED, STARTED, COLUMN, FILTERED, TRACED, RAISED, PLAIN]
