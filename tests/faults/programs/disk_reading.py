"""Delivers, and says after each try whether nothing was left: `disk_reading.py DIRECTORY URL`."""

import sys
from pathlib import Path
from time import sleep

from telemetry_events.delivery import Intake, Pace, Shipper

pace = Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.0, deadline=5.0)
shipper = Shipper(Path(sys.argv[1]), Intake.find(url=sys.argv[2], api_key="k" * 32), pace=pace)
for _ in range(8):
    print(shipper.deliver(), flush=True)
    sleep(shipper.wait)
shipper.close()
