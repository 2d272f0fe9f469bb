"""The lines that wait in memory to be sent: so many at the most, and no more bytes than that."""

from collections import deque
from itertools import count

from telemetry_events.alarm import Alarm
from telemetry_events.clock import now_ms
from telemetry_events.context import EMPTY
from telemetry_events.journal.losses import Losses
from telemetry_events.journal.native import new_recursive_lock
from telemetry_events.record import Circumstances, Parts, Recorder
from telemetry_events.v1 import TelemetryDropReason

__all__ = ["CAPACITY_BYTES", "Buffer"]

CAPACITY_BYTES = 64 * 2**20
_ERROR = 40


class Buffer:
    """Numbers the records of an emitter, and keeps them until they were sent.

    When it is full it refuses the newest, and counts them. As soon as there is room again a
    `telemetry_dropped` record says how many: docs/record.md, 7.4. Nothing here survives the process.
    """

    def __init__(self, recorder: Recorder, capacity: int) -> None:
        self._recorder = recorder
        self._capacity = capacity
        self._alarm = Alarm()
        self._begin()

    def _begin(self) -> None:
        # A signal handler may log within a call.
        self._lock = new_recursive_lock()
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._numbers = count(1)
        self._losses = Losses()
        self.accepted = 0
        self.is_closed = False

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def refused(self) -> int:
        """The number of records that there was no room for."""
        return self._losses.total

    @property
    def unreported(self) -> int:
        """How many of these no record has reported yet."""
        return self._losses.count

    def append(self, parts: Parts) -> bool:
        """Take a record as the next of its emitter, and return whether there was room."""
        with self._lock:
            if self._has_room() and self._losses.count:
                self._report()
            parts[1] = b"%d" % next(self._numbers)
            if not self._has_room():
                self._lose()
                return False
            self._take(b"".join(parts))
            return True

    def first(self, most: int, most_bytes: int) -> list[bytes]:
        """Return the oldest lines: so many at the most, with so many bytes, but one at least."""
        found: list[bytes] = []
        with self._lock:
            for line in self._lines:
                most_bytes -= len(line)
                if len(found) == most or (most_bytes < 0 and found):
                    break
                found.append(line)
        return found

    def remove(self, number: int) -> None:
        """Forget so many of the oldest lines."""
        with self._lock:
            for _ in range(min(number, len(self._lines))):  # by now it may have been closed
                self._bytes -= len(self._lines.popleft())

    def close(self) -> None:
        """Take nothing more, and say what is lost."""
        with self._lock:
            self.is_closed = True
            lost = len(self._lines)
            self._lines.clear()
            self._bytes = 0
        if lost:
            self._alarm(f"{lost} records were not sent, and are lost")

    def renew(self) -> None:
        """Become a forked child's: another emitter, to which nothing that waits belongs."""
        is_closed = self.is_closed
        self._recorder.renew()
        self._begin()
        self.is_closed = is_closed

    def _has_room(self) -> bool:
        return len(self._lines) < self._capacity and self._bytes < CAPACITY_BYTES and not self.is_closed

    def _take(self, line: bytes) -> None:
        self._lines.append(line)
        self._bytes += len(line)
        self.accepted += 1

    def _report(self) -> None:
        losses = self._losses.count
        parts = self._recorder.event_of(self._losses.event(), _ERROR, Circumstances(now_ms(), EMPTY, None))
        parts[1] = b"%d" % next(self._numbers)
        self._take(b"".join(parts))
        self._losses.reported(losses)

    def _lose(self) -> None:
        self._losses.add(TelemetryDropReason.JOURNAL_FULL)
        self._alarm(
            "records are missing: the handler is closed"
            if self.is_closed
            else "records are missing: too many wait to be sent"
        )
