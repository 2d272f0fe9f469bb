"""A service that does one task and tells of it: `service.py TASK_ID`.

Each folder beside this one holds the same service in another language. Their records differ in nothing but
who emitted them, and when.
"""

import os
import sys

from telemetry_events import (
    BatchProgressEvent,
    MissingColumnEvent,
    TaskAcceptedEvent,
    TaskErrorEvent,
    TrialFilterSummaryEvent,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_context,
    telemetry_logger,
)

FILTER = "Älter als 40 – ≥"  # noqa: RUF001 (not only ASCII, on purpose)
STACK = """Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
ValueError: DOE^JANE"""


def work(task_id: str) -> None:
    """Log what a task may log."""
    with telemetry_context(task_id=task_id):
        accepted = TaskAcceptedEvent(
            task_id, "pod-7", "dr.jones", "DICOMSource", "1.4.2", "2026-11-23T10:00:00.000Z"
        )
        telemetry_logger.info(accepted)
        telemetry_logger.info(BatchProgressEvent("ResultsOnly", 3))
        telemetry_logger.info(MissingColumnEvent("/data/ct/DOE^JANE^19700101.DCM", "Pixel Data"))
        summary = TrialFilterSummaryEvent("age", FILTER, 12, 3, 1, 2, ["PatientAge", "StudyDate"])
        telemetry_logger.info(summary)
        telemetry_logger.error(TaskErrorEvent(task_id, "pod-7", "dr.jones", "ValueError", STACK))


if __name__ == "__main__":
    setup_telemetry(service=os.environ.get("DD_SERVICE", "polyglot-python"))
    work(sys.argv[1])
    shutdown_telemetry()
