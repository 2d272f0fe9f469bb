"""Uses up all descriptors while it logs: `descriptors.py DIRECTORY DURABILITY`. Prints how many events.

Segments are small, so that new ones are needed while none can be opened; the journal's thread runs on.
"""

import os
import resource
import sys
from pathlib import Path
from time import sleep

import telemetry_events.journal.keeper as keeper
import telemetry_events.journal.writer as constants
from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger

constants.SEGMENT_BYTES = 16 * 1024
constants.RETRY_SECONDS = 0.05
keeper.INTERVAL = 0.02
count = 0


def log(times: int) -> None:
    """Log some events."""
    global count
    for _ in range(times):
        count += 1
        telemetry_logger.info(BatchProgressEvent("main", count))


setup_telemetry(service="descriptors", directory=Path(sys.argv[1]), durability=sys.argv[2])
log(10)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
while True:
    try:
        taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        break
log(300)
flush_telemetry()
# The journal's thread has its turns meanwhile; what it does without a descriptor is what this is about.
sleep(0.2)
log(10)
for descriptor in taken:
    os.close(descriptor)
sleep(0.1)
log(300)
flushed = flush_telemetry()
print(count, flushed, len(list(Path("/proc/self/fd").iterdir())))
