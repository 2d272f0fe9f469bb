"""`@log_execution_time`: an `ExecutionTimeEvent` at the end of each call."""

from time import perf_counter
from typing import Any, TypeVar, cast

from telemetry_events.instrument.observing import observing
from telemetry_events.logger import telemetry_logger
from telemetry_events.v1 import ExecutionTimeEvent

__all__ = ["log_execution_time"]

F = TypeVar("F")


def log_execution_time(function: F) -> F:
    """Have a function emit an `ExecutionTimeEvent` at the end of each call, also of one that raises.

    For functions, methods, static and class methods (in either order of the decorators), coroutines,
    generators and asynchronous generators; each stays what it is, with its signature and its types. The time
    is that of the clock from begin to end; for a generator it is the time within it, as its consumer may keep
    it waiting, and its end is its exhaustion, its exception or its closing. A call costs a few microseconds
    more.
    """
    if isinstance(function, (staticmethod, classmethod)):
        method = cast("Any", function)
        return cast("F", type(method)(log_execution_time(method.__func__)))
    if not callable(function) or isinstance(function, type):
        raise TypeError(f"log_execution_time decorates functions, not {type(function).__name__}")
    name: str = getattr(function, "__qualname__", type(function).__name__)
    # Of a function that was made within another one, that one's name is no class's.
    class_name, _, own_name = name.rpartition("<locals>.")[2].rpartition(".")

    def begin(*_: object, **__: object) -> _Stopwatch:
        return _Stopwatch(class_name, own_name)

    return observing(function, begin)


class _Stopwatch:
    """Counts the seconds that a call takes, and emits them when it ends."""

    __slots__ = ("_class_name", "_function", "_seconds", "_since")

    def __init__(self, class_name: str, function: str) -> None:
        self._class_name = class_name
        self._function = function
        self._seconds = 0.0
        self._since = perf_counter()

    def pause(self) -> None:
        self._seconds += perf_counter() - self._since

    def resume(self) -> None:
        self._since = perf_counter()

    def end(self) -> None:
        self.pause()
        telemetry_logger.info(ExecutionTimeEvent(self._class_name, self._function, self._seconds))
