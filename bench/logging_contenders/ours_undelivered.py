"""This library where it is to deliver, and the intake takes nothing: all of it stays in the journal."""

from pathlib import Path

import telemetry_events
from logging_contenders import Contender
from logging_contenders.ours import records
from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_events
from telemetry_events import flush_telemetry, setup_telemetry, shutdown_telemetry, telemetry_logger


def contender(folder: Path) -> Contender:
    """Return the calls of a logger as `setup_telemetry` leaves it."""
    setup_telemetry(service=SERVICE, env=ENV, version=VERSION, hostname=HOSTNAME, directory=folder)

    def finish() -> int:
        shutdown_telemetry(timeout=0)
        return records(folder)

    # That is a sync: to wait for the intake would be in vain.
    return Contender(of_events(telemetry_logger, telemetry_events), finish, lambda: flush_telemetry(0))
