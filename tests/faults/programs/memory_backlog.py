"""Delivers a backlog, and says, as JSON, how its memory grew: `memory_backlog.py DIRECTORY URL`."""

import json
import sys
from pathlib import Path

from memory_peak import Peak, resident

from telemetry_events.delivery import Intake, Shipper

shipper = Shipper(Path(sys.argv[1]), Intake.find(url=sys.argv[2], api_key="k" * 32))
before = resident()
peak = Peak()
with peak.watching():
    is_delivered = shipper.deliver()
shipper.close()
print(
    json.dumps(
        {
            "is_delivered": is_delivered,
            "delivered": shipper.counters.delivered,
            "bytes": shipper.counters.bytes,
            "growth": resident() - before,
            "peak": peak.bytes - before,
        }
    )
)
