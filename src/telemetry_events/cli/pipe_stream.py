"""Follows what comes through a descriptor, such as standard input."""

import os
import select
from collections.abc import Iterator
from math import inf

__all__ = ["PipeStream"]

# How many blocks are read before others have their turn, and of how many bytes.
TURN = 16
BLOCK = 1 << 16


class PipeStream:
    """What comes through a descriptor, such as standard input. Nothing is there before it is read.

    `patient` says to wait for more until its end, `ended` that there will be none.
    """

    def __init__(self, fd: int, *, patient: bool) -> None:
        self.fd = fd
        self.changed = inf  # what has come through is not there to be looked at again
        self.torn = 0
        self.ended = False
        self._patient = patient
        self._begun: list[bytes] = []

    def has_grown(self) -> bool:
        """Return whether there may be more."""
        return not self.ended

    def new_lines(self) -> Iterator[bytes]:
        """Yield the lines that came since the last call."""
        turns = TURN
        while not self.ended and (self._patient or turns > 0) and self._has_come():
            turns -= 1
            block = os.read(self.fd, BLOCK)
            self.ended = not block
            first, *others = block.split(b"\n")
            self._begun.append(first)
            if others:
                yield b"".join(self._begun)
                yield from others[:-1]
                self._begun = [others[-1]]

    def from_end(self) -> Iterator[bytes]:
        """Return the lines that are to be waited for backwards, if any are."""
        return reversed(list(self.new_lines())) if self._patient else iter(())

    def skip_older(self, seconds: float) -> None:
        """Leave nothing behind: nothing is there yet."""

    def rest(self) -> bytes:
        """Return the last line, where it has no line feed."""
        return b"".join(self._begun)

    def _has_come(self) -> bool:
        if self._patient:
            return True
        poll = select.poll()
        poll.register(self.fd, select.POLLIN | select.POLLHUP)
        return bool(poll.poll(0))
