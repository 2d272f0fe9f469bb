"""How long to wait until the next try."""

import random
from dataclasses import dataclass

from telemetry_events.delivery.outcome import Outcome

__all__ = ["Backoff", "Pace"]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The durations of delivery, in seconds. First, factor and longest are those of the Datadog Agent."""

    # How long records may wait for others to be sent with.
    linger: float = 2.0
    first: float = 1.0
    longest: float = 120.0
    # The longest wait where not time is to help, but somebody.
    hold: float = 300.0
    # How often folders that other processes have left are looked for.
    adopt: float = 30.0
    # How long a request may take, from the first address that is tried to the last byte of the answer.
    deadline: float = 30.0


class Backoff:
    """Full jitter: up to a bound that doubles from try to try, and no less than the intake asks for."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._failures = 0

    def succeed(self) -> None:
        """Begin anew."""
        self._failures = 0

    def wait_after(self, outcome: Outcome, asked: float) -> float:
        """Return the seconds to wait after a failure; the intake has asked for so many."""
        longest = self._pace.hold if outcome is Outcome.HOLD else self._pace.longest
        bound = min(longest, self._pace.first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return max(random.uniform(0, bound), min(asked, longest))  # noqa: S311 (no secret hangs on it)
