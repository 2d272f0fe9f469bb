"""Logs BYTES bytes into a journal that may hold CAPACITY, says `done`, and ends when its input does.

`filler.py DIRECTORY CAPACITY BYTES NAME`
"""

import sys
from pathlib import Path

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

directory, capacity, size, name = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
setup_telemetry(service=name, directory=directory, capacity_bytes=capacity)
print("ready", flush=True)
sys.stdin.readline()
# A line of these has some 250 bytes.
for number in range(1, size // 250 + 1):
    telemetry_logger.info(BatchProgressEvent(name, number))
print("done", flush=True)
sys.stdin.read()
