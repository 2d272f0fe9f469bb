"""Three events as a program logs them: made at the call, as an object or as a dict of fields.

Each of the three ways of logging has its own call sites, written out, so that every contender is
called as its users call it, and no contender pays for an adapter.
"""

from collections.abc import Callable
from typing import Any

SERVICE = "worker"
HOSTNAME = "pod-7"
ENV = "prod"
VERSION = "1.4.2"
TAGS = f"env:{ENV},version:{VERSION}"

PROTOCOL, BATCH = "ResultsOnly", 17
TASK, POD, USER, SOURCE = "9d1c7f4e-2b1a", "pod-7", "dr.jones", "DICOMSource"
ACCEPTED = "2026-11-23T10:00:00.000Z"
STEP, FILTER, MATCHED, FAILED, MISSING, FOUND = "filter", "age_between", 48_211, 1_904, 12, 3
COLUMNS = ["Patient Age", "Study Date"]

# The calls that log each event.
Sites = dict[str, Callable[[], None]]


def of_events(logger: Any, events: Any) -> Sites:
    """Return the calls for a logger that takes an event; `events` has the three classes."""
    progress, accepted, summary = (
        events.BatchProgressEvent,
        events.TaskAcceptedEvent,
        events.TrialFilterSummaryEvent,
    )

    def batch_progress() -> None:
        logger.info(progress(protocol_name=PROTOCOL, batch_number=BATCH))

    def task_accepted() -> None:
        logger.info(
            accepted(
                task_id=TASK,
                pod_name=POD,
                modeller_username=USER,
                datasource_type=SOURCE,
                app_version=VERSION,
                datetime=ACCEPTED,
            )
        )

    def trial_filter_summary() -> None:
        logger.info(
            summary(
                step=STEP,
                filter_name=FILTER,
                rows_matched=MATCHED,
                rows_failed=FAILED,
                rows_missing=MISSING,
                matching_column_count=FOUND,
                missing_columns=COLUMNS,
            )
        )

    return _sites(batch_progress, task_accepted, trial_filter_summary)


def of_keywords(logger: Any) -> Sites:
    """Return the calls for a logger that takes the event's name, and its fields as keywords."""

    def batch_progress() -> None:
        logger.info("batch_progress", protocol_name=PROTOCOL, batch_number=BATCH)

    def task_accepted() -> None:
        logger.info(
            "task_accepted",
            task_id=TASK,
            pod_name=POD,
            modeller_username=USER,
            datasource_type=SOURCE,
            app_version=VERSION,
            datetime=ACCEPTED,
        )

    def trial_filter_summary() -> None:
        logger.info(
            "trial_filter_summary",
            step=STEP,
            filter_name=FILTER,
            rows_matched=MATCHED,
            rows_failed=FAILED,
            rows_missing=MISSING,
            matching_column_count=FOUND,
            missing_columns=COLUMNS,
        )

    return _sites(batch_progress, task_accepted, trial_filter_summary)


def of_extra(logger: Any) -> Sites:
    """Return the calls for the standard library's logger: the event's name, and its fields as `extra`."""

    def batch_progress() -> None:
        logger.info("batch_progress", extra={"protocol_name": PROTOCOL, "batch_number": BATCH})

    def task_accepted() -> None:
        logger.info(
            "task_accepted",
            extra={
                "task_id": TASK,
                "pod_name": POD,
                "modeller_username": USER,
                "datasource_type": SOURCE,
                "app_version": VERSION,
                "datetime": ACCEPTED,
            },
        )

    def trial_filter_summary() -> None:
        logger.info(
            "trial_filter_summary",
            extra={
                "step": STEP,
                "filter_name": FILTER,
                "rows_matched": MATCHED,
                "rows_failed": FAILED,
                "rows_missing": MISSING,
                "matching_column_count": FOUND,
                "missing_columns": COLUMNS,
            },
        )

    return _sites(batch_progress, task_accepted, trial_filter_summary)


def fields() -> dict[str, dict[str, object]]:
    """Return the fields of each event, for a contender to which they are ready."""
    found: dict[str, dict[str, object]] = {}

    class Keeper:
        def info(self, name: str, **fields: object) -> None:
            found[name] = fields

    for call in of_keywords(Keeper()).values():
        call()
    return found


def _sites(*calls: Callable[[], None]) -> Sites:
    return {call.__name__: call for call in calls}
