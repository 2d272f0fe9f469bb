"""Delivers what lies in a directory of journals: each record at least once, an emitter's in their order."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, time
from typing import Literal

from telemetry_events.alarm import Alarm
from telemetry_events.clock import now_ms
from telemetry_events.delivery.backlog import Backlog
from telemetry_events.delivery.backoff import Backoff, Pace
from telemetry_events.delivery.batch import Batch
from telemetry_events.delivery.body import Body, InvalidBodyError
from telemetry_events.delivery.claim import Claim
from telemetry_events.delivery.counters import Counters, Ledger
from telemetry_events.delivery.intake import Answer, Intake
from telemetry_events.delivery.late import Window
from telemetry_events.delivery.outcome import Outcome
from telemetry_events.delivery.quarantine import Quarantine
from telemetry_events.delivery.remains import has_segments, remove_if_forsaken
from telemetry_events.journal.folder import is_alive, is_held

__all__ = ["Shipper"]

# So many records in a row, refused one by one, and none accepted: it is not the records.
MOST_SUSPECTS = 10
# After so many failures in a row somebody should know.
PATIENCE = 5
INVALID = "invalid"


class Shipper:
    """Sends what journals under a directory hold, and deletes what was delivered.

    It delivers the folder `own()`, if there is one, of which `counts()` gives the accepted and the refused
    records, and folders that nobody else delivers: those of processes that have ended, and others of this
    one, or all. Of these, `most` at a time, as each takes a descriptor.
    """

    def __init__(
        self,
        directory: Path,
        intake: Intake,
        *,
        own: Callable[[], Path | None] = lambda: None,
        counts: Callable[[], tuple[int, int]] = lambda: (0, 0),
        adopts: Literal["dead", "all"] = "dead",
        most: int = 32,
        pace: Pace | None = None,
        alarm: Callable[[str], None] | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.intake = intake
        self.pace = pace or Pace()
        self.counters = Counters()
        # The seconds to wait after the last `deliver`.
        self.wait = 0.0
        self._own = own
        self._counts = counts
        self._adopts = adopts
        self._most = most
        self._backlogs: deque[Backlog] = deque()
        self._look_at = 0.0
        self._backoff = Backoff(self.pace)
        self._failures = 0
        # Records in a row that were refused one by one. As long as none was accepted, too many.
        self._suspects = MOST_SUSPECTS + 1
        self._quarantine = Quarantine(directory)
        self._ledger = Ledger(directory, str(intake.endpoint))
        self._alarm = alarm or Alarm()

    def deliver(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Send what there is. Returns whether nothing had to be left; it is to be called again after `wait`.

        What comes meanwhile is sent only if it fills a request. `stop` is asked before each one, and may
        wait. Raises `OSError` if the directory cannot be read.
        """
        self.wait = self.pace.linger
        is_ours = self._look()
        is_full = is_sent = True
        while is_full and is_sent and not stop():
            batch = Batch.of(self._backlogs)
            self._backlogs.rotate(-1)
            is_full = batch.is_full
            is_sent = not batch.pieces or self._send(batch)
        for backlog in list(self._backlogs):
            self._tidy(backlog)
        self._ledger.write(self.counted)
        return is_sent and is_ours and all(backlog.is_readable for backlog in self._backlogs)

    def counted(self) -> Counters:
        """Return the counters as they are now."""
        found = [backlog.waiting() for backlog in list(self._backlogs)]
        accepted, refused = self._counts()
        since = min((since for _, since in found), default=float("inf"))
        return replace(
            self.counters,
            accepted=accepted,
            refused=refused,
            waiting=sum(size for size, _ in found),
            lag=round(max(time() - since, 0.0), 3),
        )

    def close(self) -> None:
        """Let others deliver from here on."""
        counted = self.counted()
        self.abandon()
        self._ledger.write(lambda: counted, at_once=True)

    def abandon(self) -> None:
        """Close all files, as a forked child does with what is its parent's."""
        self.intake.close()
        while self._backlogs:
            self._backlogs.pop().give_up()

    def _look(self) -> bool:
        """Claim the own folder, and now and then those that others have left.

        Returns whether the own one, if it is there, is ours to deliver.
        """
        own = path.resolve() if (path := self._own()) else None
        known = {backlog.folder for backlog in self._backlogs}
        is_ours = own is None or own in known or not own.is_dir() or self._claim(own, is_own=True)
        if monotonic() < self._look_at:
            return is_ours
        self._look_at = monotonic() + self.pace.adopt
        for folder in sorted(self.directory.iterdir()):
            if len(self._backlogs) >= self._most:
                break
            if folder not in known and folder != own and folder.is_dir() and not folder.is_symlink():
                self._adopt(folder)
        return is_ours

    def _adopt(self, folder: Path) -> None:
        """Claim a folder that is left and has segments. Without, it may be what a crash has left."""
        if not has_segments(folder):
            remove_if_forsaken(folder)
            return
        is_left = self._adopts == "all" or is_held(folder) or not is_alive(folder)
        # Who had the claim until now may have delivered all.
        if is_left and self._claim(folder) and not has_segments(folder):
            self._backlogs.pop().give_up()

    def _claim(self, folder: Path, is_own: bool = False) -> bool:
        try:
            claim = Claim.take(folder)
        except OSError as error:
            if is_own:
                self._alarm(f"{folder}: records are kept, and not delivered: {error.strerror}")
            return False
        if claim is not None:
            self._backlogs.append(Backlog(claim, is_own))
        return claim is not None

    def _tidy(self, backlog: Backlog) -> None:
        """Delete what was delivered, and let go of a folder of which nothing is left."""
        while backlog.damaged:
            with suppress(OSError):
                self._quarantine.take_whole(backlog.damaged.pop(), INVALID)
                self.counters.quarantined += 1
        is_gone = backlog.tidy()
        self.counters.torn += backlog.torn
        backlog.torn = 0
        if is_gone:
            backlog.give_up()
            self._backlogs.remove(backlog)
            # There may be more of them than can be claimed at once.
            self._look_at = 0.0 if len(self._backlogs) < self._most // 2 else self._look_at

    def _send(self, batch: Batch) -> bool:
        """Send a batch, and halves of what is refused. Returns whether nothing of it has to wait."""
        parts = [batch]
        # Single records that were refused. Before something is accepted it may be the intake that is wrong.
        refused: list[tuple[Batch, str]] = []
        while parts:
            part = parts.pop()
            answer = self._post(part)
            if answer.outcome is Outcome.DELIVERED:
                self._suspects = 0
            elif answer.outcome is not Outcome.REFUSED:
                return self._fail(answer, part)
            elif len(part) > 1:
                parts += reversed(part.halves())
                continue
            else:
                refused.append((part, answer.reason))
                self._suspects += answer.reason != INVALID
            if self._suspects > MOST_SUSPECTS and len(refused) > MOST_SUSPECTS:
                break
            if self._suspects <= MOST_SUSPECTS or all(why == INVALID for _, why in refused):
                if not self._set_aside(refused):
                    return False
                refused.clear()
            if answer.outcome is Outcome.DELIVERED:
                self._succeed(part)
        if refused:
            return self._fail(Answer(Outcome.HOLD, f"every record is refused: {refused[-1][1]}"), batch)
        return True

    def _post(self, batch: Batch) -> Answer:
        body = Body(batch.lines, Window.at(now_ms()))
        try:
            answer = self.intake.post(body, self.pace.deadline)
        except InvalidBodyError:
            return Answer(Outcome.REFUSED, INVALID)
        self.counters.requests += 1
        if answer.outcome is Outcome.DELIVERED:
            self.counters.bytes += body.size
        return answer

    def _succeed(self, batch: Batch) -> None:
        batch.advance()
        self._backoff.succeed()
        self._failures = 0
        self.counters.delivered_now(len(batch))
        for backlog in batch.finished:
            self._tidy(backlog)
        self._ledger.write(self.counted)

    def _set_aside(self, refused: list[tuple[Batch, str]]) -> bool:
        for batch, why in refused:
            try:
                self._quarantine.take(batch, why)
            except OSError as error:
                reason = f"the quarantine: {error.strerror}" if error.strerror else str(error)
                return self._fail(Answer(Outcome.HOLD, reason), batch)
            batch.advance()
            self.counters.quarantined += len(batch)
            self._alarm(f"a record cannot be delivered, and is in {self._quarantine.path}: {why}")
        return True

    def _fail(self, answer: Answer, batch: Batch) -> bool:
        self.wait = self._backoff.wait_after(answer.outcome, answer.wait)
        self._failures += 1
        self.counters.retried += len(batch)
        is_held = answer.outcome is Outcome.HOLD
        self.counters.state = f"{'holding' if is_held else 'waiting'}: {answer.reason}"
        if is_held or self._failures >= PATIENCE:
            self._alarm(f"records are kept, and not delivered: {answer.reason}")
        return False
