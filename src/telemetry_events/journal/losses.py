"""What a journal had to refuse, until it can say so in a record."""

from dataclasses import dataclass

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.v1 import TelemetryDroppedEvent, TelemetryDropReason

__all__ = ["Losses"]


@dataclass(slots=True)
class Losses:
    """How many records were refused since the last report, why, and when."""

    count: int = 0
    total: int = 0
    reason: TelemetryDropReason = TelemetryDropReason.UNSPECIFIED
    _first_ms: int = 0
    _last_ms: int = 0

    def add(self, reason: TelemetryDropReason) -> None:
        """Count one."""
        self._last_ms = now_ms()
        if not self.count:
            self._first_ms = self._last_ms
        self.count += 1
        self.total += 1
        self.reason = reason

    def event(self) -> TelemetryDroppedEvent:
        """Return the event that reports what was counted."""
        return TelemetryDroppedEvent(
            dropped_count=self.count,
            reason=self.reason,
            first_datetime=rfc3339(self._first_ms),
            last_datetime=rfc3339(self._last_ms),
        )

    def reported(self, count: int) -> None:
        """Take back what an event has reported."""
        self.count -= count
