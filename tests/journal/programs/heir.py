"""Logs, and forks a child that lives on until its input ends: `heir.py DIRECTORY`. Each says its number."""

import os
import sys
from pathlib import Path

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

setup_telemetry(service="heir", directory=Path(sys.argv[1]))
telemetry_logger.info(BatchProgressEvent("parent", 1))
child = os.fork()
if not child:
    telemetry_logger.info(BatchProgressEvent("child", 1))
print(f"{os.getpid()}\n", end="", flush=True)
sys.stdin.read()
