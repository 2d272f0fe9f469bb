"""The locks and threads of the operating system, also where gevent has put its own in their place.

A greenlet that waits for a lock of gevent's is parked for ever when a native thread holds that; nothing in
a journal waits for anything but the disk, so native ones do no harm to greenlets.
"""

import _thread
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock, RLock
from typing import Any, cast

from telemetry_events.journal.forks import is_to_be_forked

__all__ = ["await_end", "is_owned", "new_lock", "new_recursive_lock", "start_thread"]


_TRIES = 1000


def new_lock() -> Lock:
    """Return a lock."""
    lock: Lock = _native("allocate_lock")()
    return lock


def new_recursive_lock() -> RLock:
    """Return a lock that its own thread may take again."""
    lock: RLock = _native("RLock")()
    return lock


def is_owned(lock: RLock) -> bool:
    """Tell whether this thread holds a recursive lock, as `threading.Condition` asks it."""
    return bool(cast("Any", lock)._is_owned())


def start_thread(function: Callable[..., None], *args: object) -> None:
    """Run a function in a thread that the interpreter does not wait for. Raises `RuntimeError`."""
    if is_to_be_forked():
        raise RuntimeError("the process is about to be forked")
    _native("start_new_thread")(function, args)


def await_end(thread: int) -> None:
    """Wait until a thread that has ended is gone for the system, too, which Python asks before a fork."""
    task = Path(f"/proc/self/task/{thread}")  # Linux's alone
    for _ in range(_TRIES):
        if not task.exists():
            return
        os.sched_yield()


def _native(name: str) -> Any:
    monkey = sys.modules.get("gevent.monkey")
    return getattr(_thread, name) if monkey is None else monkey.get_original("_thread", name)
