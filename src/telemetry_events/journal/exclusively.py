"""What is done to a journal by one thread at a time, and by one call of it."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from telemetry_events.journal.lifetime import ImpatientLock

__all__ = ["exclusively"]


class Busy(Protocol):
    """What is held, and marked as busy, while it is changed."""

    _lock: "RLock | ImpatientLock"
    _busy: bool

    def _calm(self) -> None: ...


P = ParamSpec("P")
S = TypeVar("S", bound=Busy)
R = TypeVar("R")


def exclusively(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Run a method with the lock held, and a mark that keeps off a call within it, as of a signal handler.

    Not a context manager: one that is written in Python, which that handler may interrupt with an exception
    when the lock was taken and its block is not yet entered, would keep the lock for ever.
    """

    @wraps(method)
    def call(self: S, *args: P.args, **options: P.kwargs) -> R:
        with self._lock:
            busy = self._busy
            try:
                self._busy = True
                return method(self, *args, **options)
            finally:
                if not busy:
                    self._calm()
                self._busy = busy

    return cast("Callable[Concatenate[S, P], R]", call)
