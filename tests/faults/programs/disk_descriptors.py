"""Logs and delivers while no further file can be opened: `disk_descriptors.py DIRECTORY URL`.

Says after each ten events whether all was delivered.
"""

import os
import resource
import sys

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, telemetry_logger
from telemetry_events.delivery import Pace

handler = DatadogLogsHandler(
    service="descriptors",
    directory=sys.argv[1],
    intake=sys.argv[2],
    api_key="k" * 32,
    pace=Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.05, deadline=2.0),
)
telemetry_logger.handlers = [handler]
assert handler._shipping is not None
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)


def log(what: str, timeout: float) -> None:
    """Log ten events, and say whether they were delivered."""
    for number in range(10):
        telemetry_logger.info(BatchProgressEvent(what, number))
    # Not the handler's own answer, which is false as soon as nothing can be synced.
    print(what, handler._shipping.flush(timeout), flush=True)


log("settled", 10)
free = os.dup(0)
os.close(free)
resource.setrlimit(resource.RLIMIT_NOFILE, (free, most))
log("without", 0.5)
log("without", 0.5)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
log("again", 10)
