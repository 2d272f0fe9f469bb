"""An emitter's folder: where its segments lie, and whether its process lives (docs/record.md, section 8)."""

import errno
import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path
from time import gmtime, strftime
from weakref import finalize

from telemetry_events.journal.forks import in_forked_child

__all__ = ["TO_DELIVER", "Folder", "is_alive", "is_held", "make_private", "segment_name", "segment_number"]

# The empty file that says so: nobody deletes a segment here who has not delivered it.
TO_DELIVER = "to-deliver"

_SEGMENT = re.compile(r"([0-9]{8,18})\.jsonl")
_TRIES = 1000
_LOCK = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC

# The folders that this process holds. Closing any descriptor of a lock's file gives the lock up, so
# these are never opened a second time.
_held: set[Path] = set()
in_forked_child(_held.clear)


class Folder:
    """The folder of one emitter, made when it is first asked for and held locked from then on.

    The lock is one of POSIX's record locks: it ends with the process, whatever ends it, and a forked
    child does not inherit it. An flock would live on in the child.
    """

    def __init__(self, root: Path, service: str, emitter: str, to_deliver: bool = False) -> None:
        start = strftime("%Y%m%dT%H%M%SZ", gmtime())
        name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', service)}-{os.getpid()}-{start}-{emitter}"
        self.path = root / name
        self._to_deliver = to_deliver
        self._unlock: finalize[..., Folder] | None = None

    def make(self) -> Path:
        """Return the path, with the folder there and locked. Raises `OSError`."""
        if self._unlock is None or not self.path.is_dir():
            make_private(self.path)
            self.abandon()
            real, flags = self.path.resolve(), _LOCK | os.O_CREAT
            if self._to_deliver:
                os.close(os.open(real / TO_DELIVER, flags, 0o600))
            # Before there is a lock, which whoever asks for it would take away.
            _held.add(real)
            try:
                # In one step, so that a forked child always finds what is to be closed.
                self._unlock = finalize(self, _unlock, lock := os.open(real / "lock", flags, 0o600), real)
            except OSError:
                _held.discard(real)
                raise
            self._unlock.atexit = False
            try:
                _take(lock)
            except OSError:
                self.abandon()
                raise
        return self.path

    def abandon(self) -> None:
        """Close what a forked child has inherited, or what a deleted folder has left."""
        if self._unlock is not None:
            self._unlock()
            self._unlock = None


def _take(lock: int) -> None:
    # Another process may be about to ask whether this one lives, which takes the lock for a moment.
    for _ in range(_TRIES):
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.sched_yield()
        else:
            return
    raise BlockingIOError(errno.EAGAIN, "the lock is held")


def _unlock(lock: int, folder: Path) -> None:
    with suppress(OSError):
        os.close(lock)
    _held.discard(folder)


def make_private(path: Path) -> None:
    """Make a directory, and those above it that are missing, for their owner alone. Raises `OSError`."""
    if not path.parent.is_dir():
        make_private(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def is_held(folder: Path) -> bool:
    """Tell whether a folder is one of this process."""
    return folder.resolve() in _held


def is_alive(folder: Path) -> bool:
    """Tell whether the process of a folder lives, or may: a folder's lock may be about to be made."""
    if is_held(folder):
        return True
    try:
        lock = os.open(folder / "lock", _LOCK)
    except OSError:
        return True
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def segment_name(number: int) -> str:
    """Return the file name of a segment."""
    return f"{number:08d}.jsonl"


def segment_number(name: str) -> int | None:
    """Return the number of the segment with this file name, if it is one."""
    match = _SEGMENT.fullmatch(name)
    return int(match[1]) if match else None
