"""Follows the segments of one emitter (docs/record.md, section 8)."""

# Paths are texts here: there may be ten thousand to look at, every second.
# ruff: noqa: PTH110, PTH116, PTH118

import os
from bisect import bisect_right
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from telemetry_events.cli.line_reading import last_line_end, lines_backwards, lines_forwards
from telemetry_events.cli.stream import Say
from telemetry_events.validation.lines import segment_number

__all__ = ["EmitterStream"]


class EmitterStream:
    """The segments of one emitter: the last one grows, and any may be deleted (docs/record.md, 8.2).

    `names` are the segments that were found so far, in the order of their numbers.
    """

    def __init__(self, folder: str, names: tuple[str, ...], say: Say) -> None:
        self.names = names
        self.changed = 0.0
        self.torn = 0
        self._folder = folder
        self._say = say
        self._name = ""
        self._path = ""
        self._offset = 0
        self._size = 0  # when its lines were last read
        self._move(self._first())

    def has_grown(self) -> bool:
        """Return whether there may be new lines: by a segment's size, or as there is another one."""
        if self._name != self.names[-1]:
            return True
        try:
            return os.stat(self._path).st_size != self._size
        except OSError:
            return True

    def new_lines(self) -> Iterator[bytes]:
        """Yield the lines that came since the last call, through all segments."""
        while True:
            # The next segment is looked for before this one is read: if there is one, this one is complete.
            following = self._following()
            with self._telling():
                size = self._stat()
                if size != self._size:
                    for line in lines_forwards(self._read, self._offset, size):
                        self._offset += len(line) + 1
                        yield line
                    self._size = size
            if following is None:
                return
            self.torn += self._size > self._offset
            self._move(following)

    def from_end(self) -> Iterator[bytes]:
        """Leave behind the lines that are there, and return them backwards."""
        self._move(self.names[-1])
        with self._telling():
            self._size = self._stat()
            self._offset = last_line_end(self._read, 0, self._size)
        return self._backwards(self.names, self._offset)

    def skip_older(self, seconds: float) -> None:
        """Leave behind the segments that were written to for the last time before then."""
        for name in self.names:
            self._move(name)
            with self._telling():
                self._stat()
            if self.changed >= seconds:
                return

    def rest(self) -> bytes:
        """Count what follows the last line of the last segment: it is no record."""
        self.torn += self._size > self._offset
        return b""

    def _backwards(self, names: tuple[str, ...], end: int) -> Iterator[bytes]:
        """Yield the lines of segments backwards, those of the last one from `end` on."""
        before = EmitterStream(self._folder, names, self._say)
        for name in reversed(names):
            before._move(name)
            with before._telling():
                if name != names[-1]:
                    size = before._stat()
                    end = last_line_end(before._read, 0, size)
                    self.torn += size > end
                yield from lines_backwards(before._read, end)

    def _move(self, name: str) -> None:
        """Go to the beginning of a segment."""
        self._name = name
        self._path = os.path.join(self._folder, name)
        self._offset = self._size = 0

    def _first(self) -> str:
        """Return the name of the first segment there is."""
        number = segment_number(self.names[0]) or 0
        while self._is_there(number - 1):
            number -= 1
        return _segment_name(number)

    def _following(self) -> str | None:
        """Return the name of the segment after this one, if there is one.

        A list that was made while the emitter went on to new segments may have one, and lack another
        that is older. So the next number is asked for first.
        """
        number = segment_number(self._name) or 0
        if self._is_there(number + 1):
            return _segment_name(number + 1)
        if self._name == self.names[-1]:
            return None
        at = bisect_right(self.names, number, key=lambda name: segment_number(name) or 0)
        return self.names[at] if at < len(self.names) else None

    def _is_there(self, number: int) -> bool:
        return os.path.exists(os.path.join(self._folder, _segment_name(number)))

    def _stat(self) -> int:
        """Return the size of the segment, and take note of when it grew."""
        found = os.stat(self._path)
        self.changed = found.st_mtime
        return found.st_size

    def _read(self, offset: int, count: int) -> bytes:
        # Opened for each block, so that ten thousand emitters can be read side by side.
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(fd, count, offset)
        finally:
            os.close(fd)

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Tell of a segment that cannot be read, and go on; one that was deleted goes without a word."""
        try:
            yield
        except FileNotFoundError:
            pass
        except OSError as error:
            self._say(f"{self._path}: {error.strerror}")


def _segment_name(number: int) -> str:
    return f"{number:08d}.jsonl"
