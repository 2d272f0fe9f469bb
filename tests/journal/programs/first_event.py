"""Logs its first events while no descriptor is left: `first_event.py DIRECTORY`. Prints how many."""

import os
import resource
import sys
from pathlib import Path

import telemetry_events.journal.writer as constants
from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger

constants.RETRY_SECONDS = 0.0
setup_telemetry(service="first", directory=Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
while True:
    try:
        taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        break
for number in range(1, 9):
    # Room for one file, and then for two: a folder's lock, and a segment.
    if number in (6, 7):
        os.close(taken.pop())
    telemetry_logger.info(BatchProgressEvent("main", number))
for descriptor in taken:
    os.close(descriptor)
telemetry_logger.info(BatchProgressEvent("main", 9))
assert flush_telemetry()
print(9)
