"""The handler that also delivers its journal to Datadog's intake."""

import logging
import os
from functools import partial
from typing import Literal, Unpack

from telemetry_events.delivery import Compression, Counters, Intake, Pace, Shipper, ShippingThread
from telemetry_events.errors import TelemetryError
from telemetry_events.handlers.journal_handler import JournalHandler
from telemetry_events.journal import Journal
from telemetry_events.settings import JournalOptions

__all__ = ["DatadogLogsHandler"]

# How long the end of a request is waited for when a handler is closed, until it is cut off.
CLOSE_SECONDS = 0.2


class DatadogLogsHandler(JournalHandler):
    """Writes each log record to a journal, and delivers it from there to Datadog's intake.

    A call does what it does for a `JournalHandler`, and never waits for the network. With `ship="thread"` a
    thread of this process delivers; with `none` somebody else does, such as `telemetry-events ship`. Until a
    record was delivered it is not deleted: a journal that is full refuses the newest, and says so.

    Args:
        ship: Who delivers: `thread` or `none`.
        site: Datadog's site; `DD_SITE`, else `datadoghq.com`.
        intake: URL in place of that of a site; `TELEMETRY_EVENTS_INTAKE`. Without TLS on this machine only.
        api_key: Key of the intake; `DD_API_KEY`.
        api_key_file: File that holds the key, read anew when the intake refuses it; `DD_API_KEY_FILE`.
        ca_file: Certificates to trust; `TELEMETRY_EVENTS_CA_FILE`, else those of the system.
        compression: `gzip`; `zstd`, which takes less time and is not documented for the intake; or `none`.
        pace: The durations of delivery.
        journal: The arguments of `JournalHandler`.
    """

    def __init__(
        self,
        *,
        ship: Literal["thread", "none"] = "thread",
        site: str | None = None,
        intake: str | None = None,
        api_key: str | None = None,
        api_key_file: str | os.PathLike[str] | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        compression: Compression = "gzip",
        pace: Pace | None = None,
        **journal: Unpack[JournalOptions],
    ) -> None:
        self.intake: Intake | None = None
        self._shipping: ShippingThread[Shipper] | None = None
        if ship not in ("thread", "none"):
            raise TelemetryError(f"ship: {ship!r} is not one of thread, none")
        if ship == "thread":
            self.intake = Intake.find(
                site, intake, api_key, api_key_file, ca_file=ca_file, compression=compression
            )
        super().__init__(**journal)
        if self.intake is not None:
            self._shipping = ShippingThread(partial(self._new_shipper, self.intake, pace), self.journal.end)

    def _new_journal(self) -> Journal:
        return self._journal_of(to_deliver=True, opens=self._start)

    def _start(self) -> None:
        if self._shipping is not None:
            self._shipping.start()

    def _new_shipper(self, intake: Intake, pace: Pace | None) -> Shipper:
        return Shipper(
            self.settings.directory,
            intake,
            own=lambda: self.journal.path,
            counts=lambda: (self.journal.accepted, self.journal.lost),
            pace=pace,
        )

    def settle(self, timeout: float) -> bool:
        """Deliver what was recorded, within so many seconds. Returns whether all of it was delivered.

        With `ship="none"` that is not known here, and it is returned whether all is on disk.
        """
        is_on_disk = super().settle(timeout)
        return (self._shipping is None or self._shipping.flush(timeout)) and is_on_disk

    @property
    def counters(self) -> Counters:
        """What was recorded and delivered so far, in this process."""
        if self._shipping is None:
            return Counters(accepted=self.journal.accepted, refused=self.journal.lost)
        return self._shipping.shipper.counted()

    def is_like(self, other: logging.Handler) -> bool:
        """Tell whether another handler does the same, and delivers the same way to the same place."""
        if not super().is_like(other) or not isinstance(other, DatadogLogsHandler):
            return False
        if self.intake is None or other.intake is None:
            return self.intake is other.intake
        return self.intake.is_like(other.intake)

    def close(self) -> None:
        """Leave the open segment, and stop delivering. Later records are written, for others to deliver."""
        super().close()
        if self._shipping is not None:
            self._shipping.close(CLOSE_SECONDS)
