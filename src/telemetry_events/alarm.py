"""What goes wrong with telemetry itself, said on standard error once a minute at most."""

import sys
from contextlib import suppress
from time import monotonic

__all__ = ["Alarm"]

_INTERVAL = 60.0


class Alarm:
    """Says what goes wrong, in words that hold nothing of any event."""

    def __init__(self) -> None:
        self._next = float("-inf")
        self._unsaid = 0

    def __call__(self, problem: str) -> None:
        """Say it, or count it if something was said within the last minute. Never raises."""
        if sys.is_finalizing():
            return  # nobody reads it any more
        now = monotonic()
        if now < self._next:
            self._unsaid += 1
            return
        self._next = now + _INTERVAL
        more, self._unsaid = self._unsaid, 0
        earlier = f"; {more} more before it" if more else ""
        with suppress(Exception):  # a program may have no standard error, and be none the worse
            sys.stderr.write(f"telemetry-events: {problem}{earlier}\n")
