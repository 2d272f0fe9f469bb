"""A segment as its delivery sees it: how far it was delivered, and the lines behind that."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from time import monotonic

from telemetry_events.delivery.cursor import heeded, move_cursor, remove_cursor
from telemetry_events.journal.folder import segment_name

__all__ = ["LONGEST", "LineTooLongError", "Segment"]

# As many bytes of lines, with a line feed each, as a body has room for. No writer makes a line that long.
LONGEST = 4_750_000 - 1
# Some hundred lines: what is split without a pause.
_BLOCK = 2**16
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class LineTooLongError(Exception):
    """A segment that is none of ours, or damaged: its next line feed is too far away."""


class Segment:
    """One segment of a folder, and its cursor. `OSError` is raised for whatever the file system refuses."""

    def __init__(self, folder: Path, number: int, cursor: int | None = None) -> None:
        self.number = number
        self.path = folder / segment_name(number)
        self.delivered = -1  # bytes; unknown until it is read
        self._folder = folder
        # What the cursor says that is there, if one is.
        self._cursor = cursor
        # How long it was, in bytes, and when, as there was no further line in it.
        self._size = -1
        self._since = 0.0

    def read(self, most: int, size: int) -> tuple[list[bytes], bool]:
        """Return the lines that were not delivered, without their line feeds, and whether these are all.

        There are `most` of them at the most, which have `size` bytes with their line feeds.
        """
        if not stat.S_ISREG(self.path.stat(follow_symlinks=False).st_mode):
            return [], True
        file = os.open(self.path, _READ)
        try:
            found = os.fstat(file)
            if self.delivered < 0:
                self.delivered = heeded(self._cursor or 0, file)
            if found.st_size == self._size:  # nothing has come
                return [], True
            lines, rest, offset = self._lines(file, most, size)
        finally:
            os.close(file)
        is_read = offset >= found.st_size
        is_rest_a_part = b"\n" not in rest
        if not lines and is_rest_a_part and is_read:
            self._note(found.st_size)
        if not lines and is_rest_a_part and not is_read and size >= LONGEST:
            raise LineTooLongError
        return lines, is_read and is_rest_a_part

    def advance(self, offset: int) -> None:
        """Take note that all before this byte was delivered."""
        self.delivered = offset
        with suppress(OSError):  # it would be sent twice, if this process ended now
            move_cursor(self._folder, self.number, self._cursor, offset)
            self._cursor = offset

    def is_delivered(self, seconds: float) -> bool:
        """Tell whether all lines were delivered, and for so long no other has come."""
        if self.delivered < 0:  # it was not read yet
            return False
        size = self.size()
        if size == self.delivered:
            self._note(size)
        return size == self._size and monotonic() - self._since >= seconds

    def is_torn(self) -> bool:
        """Tell whether the segment ends in something that is no line."""
        return self._size > self.delivered

    def size(self) -> int:
        """Return how long the segment is, in bytes. A directory or a link with its name holds nothing."""
        found = self.path.stat(follow_symlinks=False)
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def delete(self) -> None:
        """Delete the segment, and then its cursor: one without a segment is deleted by whoever finds it."""
        self.path.unlink()
        if self._cursor is not None:
            remove_cursor(self._folder, self.number, self._cursor)

    def _lines(self, file: int, most: int, size: int) -> tuple[list[bytes], bytes, int]:
        """Return so many lines as are wanted and there, what was read behind them, and where that ends."""
        lines: list[bytes] = []
        block, start, end = _BLOCK, self.delivered, self.delivered + size
        while True:
            data = os.pread(file, min(block, end - start), start)
            *more, rest = data.split(b"\n", most - len(lines))
            lines += more
            offset = start + len(data)
            if len(data) < block or len(lines) == most:
                return lines, rest, offset
            if not more:  # a long line
                block *= 2
            start = offset - len(rest)

    def _note(self, size: int) -> None:
        if size != self._size:
            self._size, self._since = size, monotonic()
