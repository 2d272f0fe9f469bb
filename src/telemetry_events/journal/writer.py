"""Puts whole lines into segments: opens the next one, and leaves for good one that may end in half a line."""

import errno
from time import monotonic

from telemetry_events.journal.capacity import Capacity
from telemetry_events.journal.disk import Disk
from telemetry_events.journal.folder import Folder
from telemetry_events.journal.segments import Segments
from telemetry_events.v1 import TelemetryDropReason

__all__ = ["Writer", "reason_of"]

SEGMENT_BYTES = 8 * 2**20
RETRY_SECONDS = 1.0
# A segment that is kept beyond its size, as no other can be opened, is to be left again after so much.
EXTENSION_BYTES = 64 * 2**10


class Writer:
    """Writes lines, whole or not at all. The journal's lock is held by all who call this."""

    def __init__(self, folder: Folder, capacity: Capacity) -> None:
        self._folder = folder
        self._capacity = capacity
        self._disk: Disk = capacity.disk
        self._segment_bytes = min(SEGMENT_BYTES, capacity.size // 8)
        self._retry_at = 0.0
        self.segments = Segments(folder, self._disk)
        # The bytes that the open segment has left. Where it is not above 0, another is to be opened first.
        self.room = 0
        # Why a line could not be written, the last time.
        self.refusal = TelemetryDropReason.UNSPECIFIED
        # Lines that went with a segment that was deleted under us.
        self.gone = 0

    def open_next(self, whole: bool = True) -> bool:
        """Open a segment that takes a line. If none can be had the open one will do, where it is `whole`."""
        if monotonic() < self._retry_at:
            return False
        try:
            self._folder.make()
            refusal = self._capacity.refusal(self._segment_bytes)
            if refusal is not None and not (self._capacity.to_deliver and self._has_one_segment(refusal)):
                return self._refuse(refusal)
            self.segments.open()
            # A small disk is to hold several, of which all but the last can be deleted once delivered.
            self._segment_bytes = min(self._segment_bytes, self._disk.free(self._capacity.root)[1] // 8)
        except OSError as error:
            if self.segments.fd < 0 or not whole:
                return self._refuse(reason_of(error))
            # Better a segment that is too long, or too old, than no record.
            self.room = EXTENSION_BYTES
            return True
        self.room = self._segment_bytes
        return True

    def write(self, line: bytes) -> bool:
        """Write a line into the open segment, or leave that for good. Returns whether it was written."""
        reason = TelemetryDropReason.DISK_FULL
        written = 0
        try:
            written = self._disk.write(self.segments.fd, line)
        except OSError as error:
            reason = reason_of(error)
        if written != len(line):
            return self._refuse(reason)
        self.room -= written
        return True

    def write_elsewhere(self, line: bytes, reason: TelemetryDropReason) -> bool:
        """Write a line, of which the open segment may hold a part by now, whole into another."""
        self.refusal = reason
        self._retry_at = 0.0
        return self.open_next(whole=False) and self.write(line)

    def write_aside(self, line: bytes) -> bool:
        """Write a line into a segment of its own, whatever is being done to the open one."""
        try:
            self.segments.write_aside(line)
        except OSError as error:
            self.refusal = reason_of(error)
            return False
        return True

    def leave(self) -> None:
        """Append nothing more to the open segment."""
        self.room = 0
        self.gone += self.segments.leave()

    def _has_one_segment(self, refusal: TelemetryDropReason) -> bool:
        """Tell whether this emitter alone does not fill the journal: its last segment is never deleted.

        All that emitters hold may be their last ones, delivered, and no room would ever be made.
        """
        held = sum(1 for _ in self._folder.path.glob("[0-9]*.jsonl"))
        return refusal is TelemetryDropReason.JOURNAL_FULL and held <= 1

    def _refuse(self, reason: TelemetryDropReason) -> bool:
        """Leave the open segment, and try another after a while."""
        if self.room == self._segment_bytes:
            self.segments.discard()
        self.leave()
        self.refusal = reason
        self._retry_at = monotonic() + RETRY_SECONDS
        return False


def reason_of(error: OSError) -> TelemetryDropReason:
    """Return why a call of the operating system failed, as records say it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TelemetryDropReason.DISK_FULL
    return TelemetryDropReason.WRITE_FAILED
