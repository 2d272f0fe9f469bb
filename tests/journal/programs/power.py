"""Logs a few events with durability `power`, and says `returned` after each: `power.py DIRECTORY`."""

import os
import sys
from pathlib import Path

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

setup_telemetry(service="power", directory=Path(sys.argv[1]), durability="power")
for number in range(1, 6):
    telemetry_logger.info(BatchProgressEvent("main", number))
    os.write(1, b"returned\n")
os._exit(0)
