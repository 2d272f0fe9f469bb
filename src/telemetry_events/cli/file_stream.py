"""Follows one file, under its name."""

# ruff: noqa: PTH116, PTH119

import os
from collections.abc import Iterator

from telemetry_events.cli.line_reading import last_line_end, lines_backwards, lines_forwards
from telemetry_events.cli.stream import Say
from telemetry_events.validation.lines import segment_number

__all__ = ["FileStream"]

# Bytes of a last line that has no line feed.
REST = 1 << 20


class FileStream:
    """One file, also when another takes its name, as rotated logs do. Its last line may lack a line feed."""

    def __init__(self, path: str, say: Say) -> None:
        self.changed = 0.0
        self.torn = 0
        self._path = path
        self._say = say
        self._fd = -1
        self._offset = 0

    def has_grown(self) -> bool:
        """Return that it may have: there are few files."""
        return True

    def new_lines(self) -> Iterator[bytes]:
        """Yield the lines that came since the last call; after the old file's those of a new one."""
        while self._is_open():
            found = os.fstat(self._fd)
            self.changed = found.st_mtime
            if found.st_size < self._offset:
                self._say(f"{self._path}: was cut, and is read from its beginning")
                self._offset = 0
            for line in lines_forwards(self._read, self._offset, found.st_size):
                self._offset += len(line) + 1
                yield line
            try:
                if os.path.samestat(found, os.stat(self._path)):
                    return
            except OSError:
                return
            os.close(self._fd)
            self._fd, self._offset = -1, 0

    def from_end(self) -> Iterator[bytes]:
        """Leave behind the lines that are there, and return them backwards."""
        if not self._is_open():
            return iter(())
        found = os.fstat(self._fd)
        self.changed = found.st_mtime
        self._offset = last_line_end(self._read, 0, found.st_size)
        return lines_backwards(self._read, self._offset)

    def skip_older(self, seconds: float) -> None:
        """Leave nothing behind: a file may hold records of any time, in any order."""

    def rest(self) -> bytes:
        """Return what follows the last line feed, but not that of a segment, where it is no record."""
        rest = os.pread(self._fd, REST, self._offset) if self._is_open() else b""
        if rest and segment_number(os.path.basename(self._path)) is not None:
            self.torn += 1
            return b""
        return rest

    def _read(self, offset: int, count: int) -> bytes:
        return os.pread(self._fd, count, offset)

    def _is_open(self) -> bool:
        if self._fd < 0:
            try:
                self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
            except OSError as error:
                self._say(f"{self._path}: {error.strerror}")
                return False
        return True
