"""One emitter's journal: each record is one `write` of one line."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import RLock

from telemetry_events.alarm import Alarm
from telemetry_events.clock import now_ms
from telemetry_events.context import EMPTY
from telemetry_events.fields import enum_text
from telemetry_events.journal.capacity import Capacity
from telemetry_events.journal.disk import Disk
from telemetry_events.journal.exclusively import exclusively
from telemetry_events.journal.folder import Folder
from telemetry_events.journal.keeper import Keeper
from telemetry_events.journal.lifetime import ImpatientLock, follow
from telemetry_events.journal.losses import Losses
from telemetry_events.journal.native import is_owned, new_recursive_lock
from telemetry_events.journal.writer import Writer, reason_of
from telemetry_events.record import Circumstances, Parts, Recorder
from telemetry_events.v1 import TelemetryDropReason

__all__ = ["Journal"]

SEGMENT_SECONDS = 60.0
STOP_SECONDS = 1.0
ERROR = 40  # the level at which losses are reported


class Journal:
    """Appends records to segments that belong to this process alone.

    `append` may be called from any thread, from a signal handler and from a finaliser, and raises no
    `OSError`: what cannot be written is counted, and reported by a record as soon as one can be written.
    `capacity_bytes` is shared by all journals under `directory`; `to_deliver` says that records are to
    be delivered from here, so that none may be deleted to make room for others. `opens` is called whenever
    a segment is about to be opened, and so by the first record.
    """

    def __init__(
        self,
        recorder: Recorder,
        directory: Path,
        *,
        capacity_bytes: int = 2**30,
        to_deliver: bool = False,
        opens: Callable[[], None] = lambda: None,
        disk: Disk | None = None,
    ) -> None:
        self._recorder = recorder
        self._directory = directory
        self._opens = opens
        self._disk = disk or Disk()
        self._capacity = Capacity(directory, capacity_bytes, to_deliver, self._disk)
        self._begin()
        follow(self)

    def _begin(self) -> None:
        """Be as a process that has written nothing."""
        self._alarm = Alarm()
        self._lock: RLock | ImpatientLock = new_recursive_lock()
        self._sync_lock: RLock | ImpatientLock = new_recursive_lock()
        self._busy = False
        self._numbers = count(1)
        self._folder = Folder(
            self._directory, self._recorder.service, self._recorder.emitter, self._capacity.to_deliver
        )
        self._writer = Writer(self._folder, self._capacity)
        self._write = self._disk.write
        self._is_to_leave = False
        self._room_before_fork = 0
        # Whether a sync has failed: Linux reports that once, and forgets.
        self._is_in_doubt = False
        self._losses = Losses()
        self._keeper = Keeper(self._tick)

    @property
    def path(self) -> Path:
        """The emitter's folder, which is there once something was written."""
        return self._folder.path

    @property
    def accepted(self) -> int:
        """The number of records that were written."""
        return int(repr(self._numbers)[len("count(") : -1]) - 1 - self.lost

    @property
    def lost(self) -> int:
        """The number of records that could not be written."""
        return self._losses.total

    def append(self, parts: Parts) -> bytes:
        """Write a record as the next of its emitter. Returns its line, or nothing if it was refused."""
        lock = self._lock
        try:
            # Within the try, as a signal handler may raise at once. `with` is as safe, and slower.
            lock.acquire()
            writer = self._writer
            room = writer.room
            if room <= 0:
                return self._append_aside(parts) if self._busy else self._append_to_next(parts)
            # A call within this call, as of a signal handler, finds no room here and takes another segment.
            writer.room = 0
            parts[1] = b"%d" % next(self._numbers)
            line = b"".join(parts)
            try:
                written = self._write(writer.segments.fd, line)
            except OSError as error:
                return self._append_elsewhere(line, reason_of(error))
            if written != len(line):
                return self._append_elsewhere(line, TelemetryDropReason.DISK_FULL)
            writer.room = room - written
            return line
        finally:
            try:  # noqa: SIM105 (suppress would cost each call what the try does not)
                lock.release()
            except RuntimeError:  # the exception came while the lock was waited for
                pass

    def sync(self) -> bool:
        """Have all that was accepted survive the end of the machine. Returns whether it would."""
        if self._is_within_a_call():
            # A call within a call: whoever has the other lock may be waiting for this one.
            return self._sync()
        with self._sync_lock:
            return self._sync()

    def flush(self) -> bool:
        """Sync, and return whether no record is missing or in danger.

        What a sync has failed to save is said once.
        """
        self._settle()
        in_doubt, self._is_in_doubt = self._is_in_doubt, False
        return self.sync() and not self._losses.count and not in_doubt

    def close(self) -> None:
        """Leave the open segment, synced. A later record opens another."""
        self._keeper.stop(STOP_SECONDS)
        self._settle()
        self._leave()
        self.sync()

    def pause(self) -> bool:
        """Stop the thread before a fork, and return whether it was running."""
        return self._keeper.stop(STOP_SECONDS)

    @exclusively
    def resume(self) -> None:
        """Have the next record start the thread again: Python 3.13 counts threads when the fork is over."""
        self._room_before_fork, self._writer.room = self._writer.room, 0

    def renew(self) -> None:
        """Become a forked child's journal: its own emitter, with its own folder, at its first record."""
        self._writer.segments.forget()
        self._recorder.renew()
        self._begin()

    def end(self) -> None:
        """Close, and wait for nobody from now on: a thread may stop for ever while it holds the lock."""
        self._keeper.end(STOP_SECONDS)
        self.close()
        self._lock = ImpatientLock(self._lock)
        self._sync_lock = ImpatientLock(self._sync_lock)

    @exclusively
    def _append_to_next(self, parts: Parts) -> bytes:
        """Write a record into the next segment, as the open one is full or there is none."""
        ready = self._is_ready()  # which may write a record of its own, with a number before this one
        line = self._numbered(parts)
        return line if ready and self._writer.write(line) else self._lose()

    @exclusively
    def _append_elsewhere(self, line: bytes, reason: TelemetryDropReason) -> bytes:
        """Write a line, of which the open segment may hold a part by now, whole into another."""
        self._keeper.start()
        return line if self._writer.write_elsewhere(line, reason) else self._lose()

    def _append_aside(self, parts: Parts) -> bytes:
        """Write a line while this very thread is opening a segment, or leaving one: into one of its own."""
        self._is_to_leave = True  # for the one that is written to is the one with the highest number
        line = self._numbered(parts)
        return line if self._writer.write_aside(line) else self._lose()

    def _is_ready(self) -> bool:
        """Have a segment that takes a line, and what was refused reported in it."""
        self._keeper.start()
        self._opens()
        room, self._room_before_fork = self._room_before_fork, 0
        segments = self._writer.segments
        if room > 0 and segments.fd >= 0 and not segments.is_deleted() and not self._losses.count:
            self._writer.room = room
            return True
        return self._writer.open_next() and (not self._count_losses() or self._report())

    def _report(self) -> bool:
        """Write the record that says how many were refused."""
        count = self._losses.count
        then = Circumstances(now_ms(), EMPTY, None)
        line = self._numbered(self._recorder.event_of(self._losses.event(), ERROR, then))
        if not self._writer.write(line):
            self._lose()  # its own number is missing, too
            return False
        self._losses.reported(count)
        return True

    def _numbered(self, parts: Parts) -> bytes:
        parts[1] = b"%d" % next(self._numbers)
        return b"".join(parts)

    def _count_losses(self) -> int:
        gone, self._writer.gone = self._writer.gone, 0
        for _ in range(gone):
            self._losses.add(TelemetryDropReason.WRITE_FAILED)
        return self._losses.count

    def _lose(self) -> bytes:
        """Count a record that is refused; the number that it took will be missing."""
        self._losses.add(self._writer.refusal)
        self._alarm(f"records are missing: {enum_text(self._writer.refusal)}")
        return b""

    def _settle(self) -> None:
        """Report what was refused, and take along what a deleted segment held."""
        if not self._busy:
            self._settle_now()

    @exclusively
    def _settle_now(self) -> None:
        if self._count_losses() or self._writer.segments.is_deleted():
            self._is_ready()

    @exclusively
    def _leave(self) -> None:
        """Append nothing more to the open segment, once the call that this may be within has ended."""
        self._is_to_leave = True

    @exclusively
    def _to_sync(self) -> list[tuple[int, int]]:
        return self._writer.segments.to_sync()

    def _is_within_a_call(self) -> bool:
        lock = self._lock
        return isinstance(lock, ImpatientLock) or is_owned(lock)

    def _sync(self) -> bool:
        try:
            segments = self._to_sync()
        except OSError:  # no descriptor is left; the next sync will do
            return False
        failed = self._writer.segments.sync(segments)
        if failed:
            self._distrust(failed)
        return not failed

    @exclusively
    def _distrust(self, numbers: set[int]) -> None:
        """Append nothing more to segments of which a sync failed."""
        self._is_in_doubt = True
        self._alarm("the journal could not be synced: what was written may not survive a power failure")
        if self._writer.segments.number in numbers:
            self._writer.leave()

    def _calm(self) -> None:
        """Leave the open segment, if a call within the last one has asked for it."""
        if self._is_to_leave:
            self._is_to_leave = False
            self._writer.leave()

    def _tick(self) -> None:
        """Do what is to be done twice a second."""
        self._keep()
        self.sync()

    @exclusively
    def _keep(self) -> None:
        segments = self._writer.segments
        self._settle_now()
        if segments.fd >= 0 and segments.age() >= SEGMENT_SECONDS:
            self._writer.leave()
        elif segments.fd < 0 and not self._losses.count:
            self._keeper.finish()
