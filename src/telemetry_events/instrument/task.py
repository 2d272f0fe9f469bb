"""`observe_task`: brackets a task with its events."""

from logging import ERROR, INFO
from types import TracebackType
from typing import Self

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.errors import EncodeError
from telemetry_events.logger import telemetry_logger
from telemetry_events.message import TelemetryEvent
from telemetry_events.record import told
from telemetry_events.scope import telemetry_context
from telemetry_events.v1 import TaskAcceptedEvent, TaskCompleteEvent, TaskErrorEvent

__all__ = ["observe_task"]


class observe_task:  # noqa: N801 (it is used as a function is)
    """Emit `TaskAcceptedEvent`, and behind the `with` block `TaskCompleteEvent` or `TaskErrorEvent`.

    Every record made within carries the task's `task_id`, and its user as `username`. An exception goes on as
    it came; of it the event has class and frames only. Works as `async with` too.
    """

    def __init__(
        self, task_id: str, pod_name: str, modeller_username: str, datasource_type: str, app_version: str
    ) -> None:
        self._task = {"task_id": task_id, "pod_name": pod_name, "modeller_username": modeller_username}
        self._accepted = {"datasource_type": datasource_type, "app_version": app_version}
        self._scope = telemetry_context(task_id=task_id, username=modeller_username)

    def __enter__(self) -> Self:
        self._scope.__enter__()
        try:
            _log(INFO, TaskAcceptedEvent(**self._task, **self._accepted, datetime=rfc3339(now_ms())))
        except BaseException:
            self._scope.__exit__()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            seen = told(error)
            if seen is None:
                _log(INFO, TaskCompleteEvent(**self._task, datetime=rfc3339(now_ms())))
            else:
                _log(ERROR, TaskErrorEvent(**self._task, error_type=seen.kind, stacktrace_frames=seen.stack))
        finally:
            self._scope.__exit__()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)


def _log(level: int, event: TelemetryEvent) -> None:
    """Log an event. Nothing that goes wrong reaches the task; but where tests are strict, they see it."""
    try:
        telemetry_logger.log(level, event)
    except EncodeError:
        raise
    except Exception:  # noqa: S110 (a filter of the program's may raise what it wants)
        pass
