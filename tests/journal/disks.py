"""Disks that fail as they are told to, and remember what they have promised."""

import errno
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from telemetry_events.journal.disk import Disk

__all__ = ["Crash", "FaultyDisk", "Ledger", "fail", "short"]

# What a call does instead of its work: it gets the work, and what it is to be done to.
Fault = Callable[..., object]


class Crash(BaseException):
    """The process is at its end."""


def fail(number: int = errno.EIO) -> Fault:
    """Return a fault that fails without an effect. A descriptor is closed also by a close that fails."""

    def fault(kind: str, work: Callable[..., object], *arguments: object) -> NoReturn:
        if kind == "close":
            work(*arguments)
        raise OSError(number, os.strerror(number))

    return fault


def short(size: int) -> Fault:
    """Return a fault that writes so many bytes of a line, counted from its end where negative."""

    def fault(kind: str, work: Callable[..., object], *arguments: object) -> object:
        if kind != "write":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fd, data = arguments
        assert isinstance(data, bytes)
        return work(fd, data[:size])

    return fault


class Ledger:
    """Which bytes of each file a sync has promised to keep. After a failed one, none speaks of them."""

    def __init__(self) -> None:
        self._safe: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        self._said: dict[tuple[int, int], int] = defaultdict(int)

    def synced(self, fd: int, size: int, *, well: bool) -> None:
        """Note what a sync of a file of this size has said."""
        found = os.fstat(fd)
        file = found.st_dev, found.st_ino
        if well:
            self._safe[file].append((self._said[file], size))
        self._said[file] = size

    def is_safe(self, line: bytes, path: Path) -> bool:
        """Tell whether a line stands where a sync of its file has promised to keep it."""
        start = path.read_bytes().find(line)
        found = path.stat()
        ranges = self._safe[found.st_dev, found.st_ino]
        return start >= 0 and any(low <= start and start + len(line) <= high for low, high in ranges)


class FaultyDisk(Disk):
    """A disk whose calls go wrong by a plan: of the call with this number, and of those after it."""

    def __init__(self) -> None:
        self.plan: Callable[[int, str], Fault | None] = lambda _number, _kind: None
        self.calls: list[str] = []
        self.ledger = Ledger()
        # The line that is written before it is handed out, so that an instance may stand for os.write.
        self.write = self._write  # type: ignore[assignment]
        self.close = self._close  # type: ignore[assignment]
        self.datasync = self._datasync  # type: ignore[assignment]

    def _do(self, kind: str, work: Callable[..., object], *arguments: object) -> object:
        self.calls.append(kind)
        fault = self.plan(len(self.calls), kind)
        return fault(kind, work, *arguments) if fault else work(*arguments)

    def _write(self, fd: int, data: bytes) -> object:
        return self._do("write", os.write, fd, data)

    def _close(self, fd: int) -> None:
        self._do("close", os.close, fd)

    def _datasync(self, fd: int) -> None:
        size = os.fstat(fd).st_size
        well = False
        try:
            self._do("datasync", lambda _fd: None, fd)
            well = True
        finally:
            self.ledger.synced(fd, size, well=well)

    def create(self, path: Path) -> int:
        """Open a new file."""
        fd = self._do("create", super().create, path)
        assert isinstance(fd, int)
        return fd

    def free(self, folder: Path) -> tuple[int, int]:
        """Return the free bytes and all."""
        found = self._do("free", super().free, folder)
        assert isinstance(found, tuple)
        return found
