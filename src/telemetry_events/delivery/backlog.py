"""What an emitter's folder holds that was not delivered yet."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telemetry_events.delivery.claim import Claim
from telemetry_events.delivery.cursor import find_cursors, remove_cursor
from telemetry_events.delivery.remains import remove_remains
from telemetry_events.delivery.segment import LineTooLongError, Segment
from telemetry_events.journal.folder import is_alive, segment_number

__all__ = ["Backlog", "Piece"]

# How long a segment that its emitter has left is to lie still before it is deleted. What is appended at the
# very moment when it is left, as by a signal handler, is seen by then.
SETTLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that follow one another in a segment, without their line feeds. The first begins at `start`."""

    backlog: "Backlog"
    segment: Segment
    start: int
    lines: list[bytes]
    # The byte behind the last line feed.
    end: int

    @classmethod
    def at(cls, backlog: "Backlog", segment: Segment, start: int, lines: list[bytes]) -> "Piece":
        """Return the piece that begins there."""
        return cls(backlog, segment, start, lines, start + sum(map(len, lines)) + len(lines))

    def split(self, count: int) -> tuple["Piece", "Piece"]:
        """Return the first `count` lines, and the others."""
        first = Piece.at(self.backlog, self.segment, self.start, self.lines[:count])
        return first, Piece(self.backlog, self.segment, first.end, self.lines[count:], self.end)

    def advance(self) -> None:
        """Take note that these lines were delivered, and all before them in their segment."""
        self.segment.advance(self.end)


class Backlog:
    """The segments of one emitter, in the order of their numbers. By the claim, nobody else delivers them."""

    def __init__(self, claim: Claim, is_own: bool = False) -> None:
        self.folder: Path = claim.folder
        # Of a journal of this process, which may be about to make the folder's lock: asking whether somebody
        # holds that would take it away.
        self._is_own = is_own
        # Segments that ended in something that is no line: cut by a crash or a full disk.
        self.torn = 0
        # Segments that hold a line which is too long for all intakes.
        self.damaged: list[Segment] = []
        # Whether all that is here could be read, the last time.
        self.is_readable = True
        self._claim = claim
        self._segments: dict[int, Segment] = {}

    def pieces(self, lines: int, size: int) -> tuple[list[Piece], bool]:
        """Return what was not delivered, and whether that is all.

        It is so many `lines` at the most, which have so many bytes with their line feeds.
        """
        pieces: list[Piece] = []
        self.is_readable = True
        for segment in self._found():
            try:
                found, is_all = segment.read(lines, size)
            except LineTooLongError:
                self.damaged.append(segment)
                continue
            except FileNotFoundError:  # somebody has deleted it
                continue
            except OSError:
                self.is_readable = False
                continue
            if found:
                pieces.append(piece := Piece.at(self, segment, segment.delivered, found))
                lines -= len(found)
                size -= piece.end - piece.start
            if not is_all:
                return pieces, False
        return pieces, True

    def tidy(self) -> bool:
        """Delete what was delivered, and return whether there is nothing left, and nobody to add to it."""
        is_left = not self._is_own and not is_alive(self.folder)
        segments = self._found()
        with suppress(OSError):
            # Where a process lives, or may, it appends to the highest segment that holds anything.
            last = next((each.number for each in reversed(segments) if each.size()), 0)
            for segment in segments:
                if is_left or segment.number < last:
                    self._delete(segment, 0.0 if is_left else SETTLE_SECONDS)
            if is_left and not self._found() and self.is_readable:
                remove_remains(self.folder)
                return True
        return False

    def give_up(self) -> None:
        """Let others deliver the folder."""
        self._claim.give_up()

    def waiting(self) -> tuple[int, float]:
        """Return how many bytes wait, and since when, in seconds of the epoch: an infinity if none does."""
        waiting, since = 0, float("inf")
        for segment in self._found():
            with suppress(OSError):
                found = segment.path.stat(follow_symlinks=False)
                rest = found.st_size - max(segment.delivered, 0)
                if rest > 0 and not segment.is_torn():
                    waiting, since = waiting + rest, min(since, found.st_mtime)
        return waiting, since

    def _found(self) -> list[Segment]:
        try:
            with os.scandir(self.folder) as entries:
                names = [entry.name for entry in entries]
        except FileNotFoundError:
            names = []
        except OSError:
            names, self.is_readable = [], False
        numbers = {number for name in names if (number := segment_number(name)) is not None}
        cursors = find_cursors(names)
        for number in cursors.keys() - numbers:
            remove_cursor(self.folder, number, cursors[number])
        self._segments = {
            number: self._segments.get(number) or Segment(self.folder, number, cursors.get(number))
            for number in sorted(numbers)
        }
        return list(self._segments.values())

    def _delete(self, segment: Segment, seconds: float) -> None:
        if segment.is_delivered(seconds):
            self.torn += segment.is_torn()
            segment.delete()
