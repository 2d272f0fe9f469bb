"""Sends what waits in memory, batch by batch, as a shipper sends what lies in a journal."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from telemetry_events.alarm import Alarm
from telemetry_events.delivery.backoff import Backoff, Pace
from telemetry_events.delivery.counters import Counters
from telemetry_events.delivery.outcome import Outcome
from telemetry_events.otlp.buffer import Buffer
from telemetry_events.otlp.exporting import Answer, Exporting
from telemetry_events.otlp.log_record import log_record_of

__all__ = ["BATCH", "Sender", "is_sending"]

# Records, and bytes of their lines: a Collector takes requests of 20 MiB.
BATCH = 512
BATCH_BYTES = 4 * 2**20
# After so many failures in a row somebody should know.
PATIENCE = 3
# So many records in a row, refused one by one, and none accepted: it is not the records.
MOST_SUSPECTS = 10
_SCOPE = InstrumentationScope("telemetry_events")

# Whether this very thread sends: what it logs, through the exporter, is not to be sent.
is_sending: ContextVar[bool] = ContextVar("is_sending", default=False)


class Sender:
    """Sends what a buffer holds, as `ShippingThread` wants it done."""

    def __init__(self, buffer: Buffer, intake: Exporting, resource: Resource, pace: Pace) -> None:
        self.intake = intake
        self.pace = pace
        self.counters = Counters()
        self.wait = pace.linger
        self._buffer = buffer
        self._resource = resource
        self._backoff = Backoff(pace)
        self._most = BATCH
        self._failures = 0
        self._suspects = 0
        self._alarm = Alarm()

    def deliver(self, stop: Callable[[], bool]) -> bool:
        """Send what there is. Returns whether all was sent; it is to be called again after `wait` seconds."""
        self.wait = self.pace.linger
        token = is_sending.set(True)
        try:
            while not stop() and (lines := self._buffer.first(self._most, BATCH_BYTES)):
                batch = [ReadableLogRecord(log_record_of(line), self._resource, _SCOPE) for line in lines]
                self.counters.requests += 1
                if not self._judge(self.intake.post(batch), len(batch)):
                    return False
            return not len(self._buffer)
        finally:
            is_sending.reset(token)

    def counted(self) -> Counters:
        """Return the counters as they are now. `quarantined` are those that the receiver has rejected."""
        return replace(self.counters, accepted=self._buffer.accepted, refused=self._buffer.refused)

    def close(self) -> None:
        """Close the connection."""
        self.intake.close()

    def abandon(self) -> None:
        """Become a forked child's: what waits is its parent's to send."""
        self._buffer.renew()
        self.intake.close()

    def _judge(self, answer: Answer, count: int) -> bool:
        """Do with the oldest records what an answer asks for, and return whether to go on."""
        if answer.outcome is Outcome.DELIVERED:
            self._suspects = 0
            self._drop(answer.rejected, "rejected in part")
            self.counters.delivered_now(count - answer.rejected)
        elif answer.outcome is not Outcome.REFUSED:
            return self._fail(answer, count)
        elif count > 1:
            self._most = (count + 1) // 2
            return True
        elif self._suspects == MOST_SUSPECTS:
            return self._fail(replace(answer, outcome=Outcome.HOLD), count)
        else:
            self._suspects += 1
            self._drop(1, answer.reason)
        self._buffer.remove(count)
        self._backoff.succeed()
        self._failures = 0
        self._most = BATCH if answer.outcome is Outcome.DELIVERED else self._most
        return True

    def _drop(self, count: int, why: str) -> None:
        if count:
            self.counters.quarantined += count
            self._alarm(f"{count} records cannot be delivered, and are lost: {why}")

    def _fail(self, answer: Answer, count: int) -> bool:
        self.wait = self._backoff.wait_after(answer.outcome, 0.0)
        self._failures += 1
        self.counters.retried += count
        self.counters.state = f"waiting: {answer.reason}"
        if answer.outcome is Outcome.HOLD or self._failures >= PATIENCE:
            self._alarm(f"records wait in memory, and are not delivered: {answer.reason}")
        return False
