"""This library where it delivers: a thread of the process sends what is in the journal, and deletes it.

Where the intake is, and the key, the environment says.
"""

from pathlib import Path
from typing import cast

import telemetry_events
from logging_contenders import Contender
from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_events
from telemetry_events import DatadogLogsHandler, flush_telemetry, setup_telemetry, shutdown_telemetry
from telemetry_events import telemetry_logger as logger

PATIENCE = 30


def contender(folder: Path) -> Contender:
    """Return the calls of a logger as `setup_telemetry` leaves it; at the end all was delivered."""
    setup_telemetry(service=SERVICE, env=ENV, version=VERSION, hostname=HOSTNAME, directory=folder)
    handler = cast("DatadogLogsHandler", logger.handlers[0])

    def finish() -> int:
        shutdown_telemetry(PATIENCE)
        return handler.counters.delivered

    return Contender(of_events(logger, telemetry_events), finish, lambda: flush_telemetry(PATIENCE))
