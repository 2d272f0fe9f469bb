"""Sets up a handler that delivers fast, and notes elsewhere each line whose call has returned."""

import os
from typing import Any, Literal

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, telemetry_logger
from telemetry_events.delivery import Pace

__all__ = ["PACE", "log", "set_up"]

PACE = Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.2, deadline=5.0)


def set_up(
    directory: str,
    notes: str,
    url: str,
    ship: Literal["thread", "none"] = "thread",
    pace: Pace = PACE,
    **journal: Any,
) -> DatadogLogsHandler:
    """Have `telemetry_logger` record, and deliver unless `ship` is `none`."""
    handler = DatadogLogsHandler(
        ship=ship, service="faulty", directory=directory, intake=url, api_key="k" * 32, pace=pace, **journal
    )
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    append = handler.journal.append

    def noting(parts: Any) -> bytes:
        line = append(parts)
        if line:
            os.write(file, line)
        return line

    handler.journal.append = noting  # type: ignore[method-assign]
    telemetry_logger.handlers = [handler]
    return handler


def log(name: str, count: int = 3) -> None:
    """Log a few events."""
    for number in range(1, count + 1):
        telemetry_logger.info(BatchProgressEvent(name, number))
