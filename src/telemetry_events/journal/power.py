"""A journal whose records survive the end of the machine: it waits until they are synced."""

from telemetry_events.journal.exclusively import exclusively
from telemetry_events.journal.journal import Journal
from telemetry_events.record import Parts

__all__ = ["PowerJournal"]

ATTEMPTS = 3


class PowerJournal(Journal):
    """Syncs before it returns, once for all threads that wait at the time.

    After a sync has failed, each line that waited for it is written again, into another segment:
    its number is the same, so that readers drop the one that is too many.
    """

    def _begin(self) -> None:
        super()._begin()
        self._appended = 0
        self._synced = 0
        # Linux reports a failed sync once and then forgets, so a later success says nothing of these.
        self._distrusted: set[int] = set()

    def append(self, parts: Parts) -> bytes:
        """Write a record and wait until it is synced. Returns its line, or nothing if it was refused."""
        with self._lock:
            line = super().append(parts)
            segment, ticket = self._written()
        for _ in range(ATTEMPTS):
            if not line or self._is_synced(segment, ticket):
                return line
            segment, ticket = self._append_again(line)
        return line  # which is written, though no disk would sync it: that was said when it failed

    def _sync(self) -> bool:
        appended = self._appended
        whole = super()._sync()
        if whole:
            self._synced = appended
        return whole

    @exclusively
    def _append_again(self, line: bytes) -> tuple[int, int]:
        if self._writer.room > 0 or self._is_ready():
            self._writer.write(line)
        return self._written()

    def _written(self) -> tuple[int, int]:
        self._appended += 1
        return self._writer.segments.number, self._appended

    def _is_synced(self, segment: int, ticket: int) -> bool:
        if self._is_within_a_call():
            return self.sync()
        # Whoever has the lock syncs for all who wait for it.
        with self._sync_lock:
            return segment not in self._distrusted and (ticket <= self._synced or self.sync())

    def _distrust(self, numbers: set[int]) -> None:
        self._distrusted |= numbers
        super()._distrust(numbers)
        self._is_in_doubt = False  # for what waits for the sync is written again
