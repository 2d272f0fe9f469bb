"""Logs through an outage that outlasts the journal: `memory_outage.py DIRECTORY URL ROUNDS`.

Says, as JSON, how its memory grew, from when it had delivered its first records.
"""

import json
import sys
from time import sleep

from memory_peak import Peak, resident

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, telemetry_logger
from telemetry_events.delivery import Pace

directory, url, rounds = sys.argv[1:]
CAPACITY = 8 * 2**20

handler = DatadogLogsHandler(
    service="outage",
    directory=directory,
    intake=url,
    api_key="k" * 32,
    capacity_bytes=CAPACITY,
    # As if no time went by between two tries.
    pace=Pace(linger=0.0, first=0.0, longest=0.0, hold=0.0, adopt=1.0, deadline=5.0),
)
telemetry_logger.handlers = [handler]
logged = 0


def log() -> None:
    """Log some events."""
    global logged
    for _ in range(200):
        logged += 1
        telemetry_logger.info(BatchProgressEvent("through an outage", logged))


log()
is_delivered = handler.settle(10)
# From here on the intake refuses.
before = resident()
peak = Peak()
with peak.watching():
    while handler.counters.retried == 0 or handler.counters.requests < int(rounds):
        log()
        sleep(0.005)
counters = handler.counters
print(
    json.dumps(
        {
            "delivered": is_delivered,
            "requests": counters.requests,
            "logged": logged,
            "refused": counters.refused,
            "waiting": counters.waiting,
            "growth": resident() - before,
            "peak": peak.bytes - before,
        }
    )
)
