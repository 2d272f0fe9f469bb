"""Who delivers what an emitter's folder holds: one process at a time."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from telemetry_events.journal.forks import in_forked_child

__all__ = ["CLAIM", "Claim"]

CLAIM = "shipping"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

# The folders that this process has claimed. Closing any descriptor of a claim's file gives the claim up, so
# these are never opened a second time.
_claimed: set[Path] = set()
in_forked_child(_claimed.clear)


class Claim:
    """The right to deliver a folder's records, until it is given up, or the process ends.

    It is one of POSIX's record locks, on a file of its own, as the emitter's process holds `lock`. An flock
    would live on in a child that knows nothing of it.
    """

    def __init__(self, folder: Path, file: int) -> None:
        self.folder = folder
        self._file = file
        self._process = os.getpid()

    @classmethod
    def take(cls, folder: Path) -> "Claim | None":
        """Return the claim of a folder, or nothing if another has it. Raises `OSError`."""
        real = folder.resolve()
        if real in _claimed:
            return None
        file = os.open(real / CLAIM, _FLAGS, 0o600)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
        _claimed.add(real)
        return cls(real, file)

    def give_up(self) -> None:
        """Let others deliver the folder."""
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)
            if self._process == os.getpid():
                _claimed.discard(self.folder)
