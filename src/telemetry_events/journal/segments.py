"""The segments of one emitter: the open one, and those that were left and wait to be synced."""

import errno
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import monotonic
from weakref import finalize

from telemetry_events.journal.disk import Disk
from telemetry_events.journal.folder import Folder, make_private, segment_name

__all__ = ["Segments"]


class Segments:
    """Opens one segment after the other. The journal's lock is held by all who call this."""

    def __init__(self, folder: Folder, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self._numbers = count(1)
        self.fd = -1
        self.number = 0
        self._opened = 0.0
        # All before this was seen to be in a file that has a name.
        self._in_place = 0
        self._left: list[tuple[int, int]] = []
        # Every descriptor there is, for a forked child to close, or for whoever drops a journal unclosed.
        self._open: dict[int, int] = {}
        finalize(self, _close_all, self._open, disk).atexit = False
        # The highest number of which the folder's entry was synced.
        self._named = 0

    def open(self) -> None:
        """Leave the open segment for a new one. Raises `OSError`, and then the open segment stays.

        Where the open one was deleted under us, what was written since somebody looked goes into the new one.
        """
        # First, for as soon as there is a later segment another process may delete this one to make room.
        homeless = self._homeless()
        path, number, fd = self._create(self._folder.make())
        try:
            self._write_whole(fd, homeless)
        except OSError:
            self._remove(path, fd)
            raise
        left = [] if self.fd < 0 else [(self.number, self.fd)]
        self.fd, self.number, self._opened, self._in_place = fd, number, monotonic(), 0
        self._left += left

    def write_aside(self, line: bytes) -> None:
        """Write a line into a segment of its own, whatever is being done to the others. Raises `OSError`."""
        folder = self._folder.path
        make_private(folder)
        path, _, fd = self._create(folder)
        try:
            self._write_whole(fd, line)
            self._disk.datasync(fd)
            self._sync_entries(folder)
        except OSError:
            self._remove(path, fd)
            raise
        self.close(fd)

    def leave(self) -> int:
        """Append nothing more to the open segment. Returns how many lines a deleted one takes with it."""
        lines = self._homeless().count(b"\n")
        fd, self.fd = self.fd, -1
        if fd >= 0:
            self._left.append((self.number, fd))
        return lines

    def discard(self) -> None:
        """Leave the open segment, which holds no record, and delete it."""
        path = self._folder.path / segment_name(self.number)
        self.leave()
        with suppress(OSError):  # half a line at its end would do no harm: readers stop before it
            path.unlink()

    def age(self) -> float:
        """Return for how many seconds the open segment has been open."""
        return monotonic() - self._opened

    def is_deleted(self) -> bool:
        """Tell whether the open segment, if any, was deleted under us; if not, it is in place so far."""
        if self.fd < 0:
            return False
        found = os.fstat(self.fd)
        if found.st_nlink:
            self._in_place = found.st_size
        return not found.st_nlink

    def to_sync(self) -> list[tuple[int, int]]:
        """Return number and descriptor of what may hold unsynced lines, for the caller to close.

        Raises `OSError`.
        """
        if self.fd < 0:
            present: list[tuple[int, int]] = []
        else:
            self._open.setdefault(fd := os.dup(self.fd), fd)
            present = [(self.number, fd)]
        left, self._left = self._left, []
        return left + present

    def sync(self, segments: list[tuple[int, int]]) -> set[int]:
        """Sync what `to_sync` gave, and close it. Returns the numbers of those that failed."""
        failed: set[int] = set()
        for number, fd in segments:
            try:
                self._disk.datasync(fd)
                if number > self._named:
                    # The entry of a new file is not part of the file.
                    self._sync_entries(self._folder.path)
                    self._sync_entries(self._folder.path.parent)
                    self._named = number
            except OSError:
                failed.add(number)
            finally:
                self.close(fd)
        return failed

    def forget(self) -> None:
        """Close everything, as a forked child does with what is its parent's."""
        self.fd, self._left = -1, []
        _close_all(self._open, self._disk)
        self._folder.abandon()

    def close(self, fd: int) -> None:
        """Close a descriptor. An error says nothing of what was written that a sync has not said."""
        _close(fd, self._open, self._disk)

    def _create(self, folder: Path) -> tuple[Path, int, int]:
        while True:
            number = next(self._numbers)
            path = folder / segment_name(number)
            with suppress(FileExistsError):
                self._open.setdefault(fd := self._disk.create(path), fd)
                return path, number, fd

    def _write_whole(self, fd: int, lines: bytes) -> None:
        if lines and self._disk.write(fd, lines) != len(lines):
            raise OSError(errno.ENOSPC, "a short write")

    def _remove(self, path: Path, fd: int) -> None:
        self.close(fd)
        with suppress(OSError):
            path.unlink()

    def _sync_entries(self, folder: Path) -> None:
        self._open.setdefault(fd := self._disk.open_folder(folder), fd)
        try:
            self._disk.datasync(fd)
        finally:
            self.close(fd)

    def _homeless(self) -> bytes:
        """Return the whole lines that were written to a file that has no name any more."""
        if not self.is_deleted():
            return b""
        found = os.pread(self.fd, os.fstat(self.fd).st_size - self._in_place, self._in_place)
        return found[: found.rfind(b"\n") + 1]


def _close(fd: int, opened: dict[int, int], disk: Disk) -> None:
    with suppress(OSError):
        # In one step: a child that is forked meanwhile must close it, or must not.
        disk.close(opened.pop(fd, fd))


def _close_all(opened: dict[int, int], disk: Disk) -> None:
    for fd in list(opened):
        _close(fd, opened, disk)
