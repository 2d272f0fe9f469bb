"""The handler that sends log records by OTLP, without a disk."""

import os
from functools import partial
from pathlib import Path
from typing import Unpack

from telemetry_events.delivery import Counters, Pace, ShippingThread
from telemetry_events.errors import TelemetryError
from telemetry_events.handlers import DIRECT, RecordHandler
from telemetry_events.otlp.buffer import Buffer
from telemetry_events.otlp.exporting import Exporting, OTLPOptions
from telemetry_events.otlp.log_record import resource_of
from telemetry_events.otlp.sender import BATCH, Sender, is_sending
from telemetry_events.record import Parts, Recorder
from telemetry_events.redaction import RedactionKey
from telemetry_events.settings import Tags, resolve

__all__ = ["OTLPHandler"]

# The longest that closing waits for what is left to be sent, and then for the end of a request.
CLOSE_SECONDS = 5.0
CUT_SECONDS = 0.2
# Records may wait so long for others to be sent with; the exporter itself tries again within its timeout.
PACE = Pace(linger=1.0, longest=30.0, hold=60.0)


class OTLPHandler(RecordHandler):
    """Sends each log record to a receiver of OTLP/HTTP, such as a Collector, from a thread of its own.

    For hosts without a disk: records wait in memory, at most `capacity` of them and 64 MiB, and are lost with
    the process. When there is no room the newest are refused: the gap in `seq`, a `telemetry_dropped` record
    and standard error say so. A call never waits for the network and never raises, unless `strict`.

    Args:
        capacity: How many records may wait.
        service: As for `JournalHandler`; so are env, version, tags, hostname, ddsource, key and strict.
        pace: The durations of sending.
        otlp: `endpoint`, the whole URL, such as `http://collector:4318/v1/logs`; `headers`;
            `certificate_file`; `timeout` of a request with all its tries, in seconds. What is left out is as
            OpenTelemetry's environment variables have it.
    """

    def __init__(
        self,
        *,
        capacity: int = 10_000,
        service: str | None = None,
        env: str | None = None,
        version: str | None = None,
        tags: Tags | None = None,
        hostname: str | None = None,
        ddsource: str | None = None,
        key: RedactionKey | str | None = None,
        strict: bool = False,
        pace: Pace = PACE,
        **otlp: Unpack[OTLPOptions],
    ) -> None:
        if type(capacity) is not int or capacity < 1:
            raise TelemetryError(f"capacity: {capacity!r} is not a number of at least 1")
        if not isinstance(otlp.get("timeout") or 1, (int, float)):
            raise TelemetryError("timeout: not a number of seconds")
        if not Path(otlp.get("certificate_file") or os.sep).exists():
            raise TelemetryError("certificate_file: there is no such file")
        settings = resolve(
            service=service,
            env=env,
            version=version,
            tags=tags,
            hostname=hostname,
            ddsource=ddsource,
            directory=os.sep,  # there is none; and so no home is looked for
            key=key,
            strict=strict,
        )
        try:
            exporting = Exporting(otlp)
        except Exception as error:
            raise TelemetryError(f"the exporter cannot be made: {error}") from None
        super().__init__(Recorder(settings.source, settings.key), settings.strict)
        self._buffer = Buffer(self.recorder, capacity)
        make = partial(Sender, self._buffer, exporting, resource_of(settings.source), pace)
        # What is not sent by the end is lost, as no journal's is: a try that is due by then is waited for.
        self._sending = ShippingThread(make, self.close)

    @property
    def counters(self) -> Counters:
        """What was recorded and sent so far. `quarantined` are those that the receiver has rejected."""
        return self._sending.shipper.counted()

    def append(self, parts: Parts) -> bool:
        """Take a record. Returns whether there was room; what is logged by sending itself is not taken."""
        if is_sending.get():
            return False
        is_taken = self._buffer.append(parts)
        self._sending.start()
        if len(self._buffer) % BATCH == 0:
            self._sending.wake()
        return is_taken

    def settle(self, timeout: float) -> bool:
        """Send what waits, within so many seconds. Returns whether all was taken, and none is missing."""
        is_sent = not len(self._buffer) or self._sending.flush(timeout)
        return is_sent and not self._buffer.unreported

    def flush(self, timeout: float = CLOSE_SECONDS) -> None:
        """Send what waits, within so many seconds."""
        self.settle(timeout)

    def close(self) -> None:
        """Send what waits, if that takes no longer than five seconds, and take nothing more."""
        if not self._buffer.is_closed:
            self.settle(CLOSE_SECONDS)
            self._sending.close(CUT_SECONDS)
            self._buffer.close()
        super().close()


DIRECT.add(OTLPHandler)
