"""What is sent in one request."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from telemetry_events.delivery.backlog import Backlog, Piece
from telemetry_events.delivery.segment import LONGEST

__all__ = ["Batch"]

# https://docs.datadoghq.com/api/latest/logs/#send-logs: 1000 entries.
MOST_LINES = 1000


@dataclass(frozen=True)
class Batch:
    """Lines of one or more backlogs, each backlog's in their order.

    `is_full` tells whether there may be more than the request has room for.
    """

    pieces: list[Piece]
    is_full: bool = False

    @classmethod
    def of(cls, backlogs: Iterable[Backlog]) -> "Batch":
        """Return what waits in backlogs: all of it, or as much as a request may hold."""
        pieces: list[Piece] = []
        lines, size = MOST_LINES, LONGEST
        for backlog in backlogs:
            found, is_all = backlog.pieces(lines, size)
            pieces += found
            lines -= sum(len(piece.lines) for piece in found)
            size -= sum(piece.end - piece.start for piece in found)
            if not is_all:
                return cls(pieces, True)
        return cls(pieces)

    def __len__(self) -> int:
        return sum(len(piece.lines) for piece in self.pieces)

    @property
    def backlogs(self) -> list[Backlog]:
        """The backlogs that the lines are of."""
        return list(dict.fromkeys(piece.backlog for piece in self.pieces))

    @property
    def finished(self) -> list[Backlog]:
        """The backlogs of which a segment ends here, as lines of the next one follow."""
        pairs = pairwise(self.pieces)
        return list(dict.fromkeys(one.backlog for one, after in pairs if one.backlog is after.backlog))

    @property
    def lines(self) -> list[bytes]:
        """The lines, without their line feeds."""
        return [line for piece in self.pieces for line in piece.lines]

    def halves(self) -> tuple["Batch", "Batch"]:
        """Return the first half of the lines, and the second."""
        first: list[Piece] = []
        second: list[Piece] = []
        rest = len(self) // 2
        for piece in self.pieces:
            before, after = piece.split(min(rest, len(piece.lines)))
            rest -= len(before.lines)
            first += [before] if before.lines else []
            second += [after] if after.lines else []
        return Batch(first), Batch(second)

    def advance(self) -> None:
        """Take note that all of it was delivered."""
        for piece in self.pieces:
            piece.advance()
