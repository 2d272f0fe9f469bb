"""What a process does to its journals when it forks and when it ends."""

import atexit
import os
from threading import RLock
from types import TracebackType
from typing import Protocol
from weakref import WeakSet

from telemetry_events.journal.forks import in_forked_child

__all__ = ["ImpatientLock", "follow"]

PATIENCE_SECONDS = 1.0


class ImpatientLock:
    """A lock that is waited for no longer than a second; then `TimeoutError` is raised.

    At the end of the interpreter a daemon thread stops wherever it is, and keeps what it holds.
    """

    def __init__(self, lock: "RLock | ImpatientLock") -> None:
        self._lock: RLock = lock._lock if isinstance(lock, ImpatientLock) else lock
        self._patience = PATIENCE_SECONDS

    def acquire(self) -> bool:
        """Take the lock, or raise `TimeoutError`: the first time after a second, then at once."""
        if not self._lock.acquire(timeout=self._patience):
            self._patience = 0.0
            raise TimeoutError("the journal is held by a thread that has ended")
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Followed(Protocol):
    """What a journal does when its process forks or ends."""

    def pause(self) -> bool:
        """Stop its thread, and return whether it was running."""
        ...

    def resume(self) -> None:
        """Start its thread again."""
        ...

    def renew(self) -> None:
        """Be the forked child's."""
        ...

    def end(self) -> None:
        """Be ready for the end of the interpreter."""
        ...


_followed: WeakSet[Followed] = WeakSet()
_paused: list[Followed] = []


def follow(journal: Followed) -> None:
    """Tell a journal, as long as it is in use, of each fork and of the end."""
    _followed.add(journal)


def _before_fork() -> None:
    # Python warns of a fork with threads. Ours is none that a program should be warned of.
    _paused.extend(journal for journal in list(_followed) if journal.pause())


def _after_fork_in_parent() -> None:
    while _paused:
        _paused.pop().resume()


def _after_fork_in_child() -> None:
    _paused.clear()
    for journal in list(_followed):
        journal.renew()


def _at_exit() -> None:
    for journal in list(_followed):
        journal.end()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent)
in_forked_child(_after_fork_in_child)
# Registered after that of logging, and so run before it; those of the program run before both.
atexit.register(_at_exit)
