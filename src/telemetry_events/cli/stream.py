"""What is followed: the segments of an emitter, a file, or a pipe. Each gives its lines in order."""

from collections.abc import Callable, Iterator
from typing import Protocol

__all__ = ["Say", "Stream"]

# Says what cannot be read.
Say = Callable[[str], None]


class Stream(Protocol):
    """What gives lines: once, whole, without their line feeds, and from the first that is there.

    `changed` is when it last grew, in seconds of Unix time. `torn` counts the segments that ended without
    a line feed: what followed the last one is no record (docs/record.md, 8.3).
    """

    changed: float
    torn: int

    def has_grown(self) -> bool:
        """Return whether there may be new lines, at less cost than looking for them."""
        ...

    def new_lines(self) -> Iterator[bytes]:
        """Yield the lines that came since the last call."""
        ...

    def from_end(self) -> Iterator[bytes]:
        """Leave behind the lines that are there, and return them backwards."""
        ...

    def skip_older(self, seconds: float) -> None:
        """Leave behind what is surely older than a moment of Unix time."""
        ...

    def rest(self) -> bytes:
        """Return what follows the last line once nothing more will come, if that counts as a line."""
        ...
