"""Records that are older than the intake takes.

Datadog's intake takes logs of the last 18 hours and the next 2. It answers 202 to others too, and does not
index them: after an outage of a weekend, all of it would be gone without a word. So a record's `timestamp` is
set to the time when it is sent, and what it was stays as `event_time`.
https://docs.datadoghq.com/logs/log_configuration/pipelines/
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from telemetry_events.clock import rfc3339

__all__ = ["Window"]

_HOUR = 3600 * 1000


@dataclass(frozen=True)
class Window:
    """The times that may be sent as they are, as they stand in records."""

    first: str
    now: str
    last: str

    @classmethod
    def at(cls, ms: int) -> "Window":
        """Return the window at a time, in milliseconds of the epoch: 17 hours past, and one to come."""
        return cls(rfc3339(ms - 17 * _HOUR), rfc3339(ms), rfc3339(ms + _HOUR))

    def stamped(self, lines: list[bytes], times: Sequence[object]) -> list[bytes]:
        """Return lines with their times, each of which may be sent."""
        texts = [time for time in times if isinstance(time, str)]
        if not texts or (min(texts) >= self.first and max(texts) <= self.last):
            return lines
        return [self._stamped(line, time) for line, time in zip(lines, times, strict=True)]

    def _stamped(self, line: bytes, time: object) -> bytes:
        if not isinstance(time, str) or self.first <= time <= self.last:
            return line
        # The first that is there: within a string each quote has a backslash before it, and the members of
        # the envelope that come before have none of this name.
        old = b'"timestamp":"%b"' % time.encode()
        new = b'"timestamp":"%b","event_time":"%b"' % (self.now.encode(), time.encode())
        stamped = line.replace(old, new, 1)
        # A line that no library of ours has printed may have spaces there, or another member before it that
        # has one of this name.
        is_right = orjson.loads(stamped).get("timestamp") == self.now
        return stamped if is_right else self._printed_anew(line, time)

    def _printed_anew(self, line: bytes, time: str) -> bytes:
        return orjson.dumps({**orjson.loads(line), "timestamp": self.now, "event_time": time})
