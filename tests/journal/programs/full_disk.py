"""Logs on a disk that is full for a while, and on one where files may not grow: `full_disk.py DIRECTORY HOW`.

`how` is `enospc`, and then another file fills the disk and goes again; or `limit`, and then the process may
not write beyond some bytes of a file. Prints, as JSON, how many events it has logged at each stage.
"""

import json
import resource
import sys
from pathlib import Path
from time import monotonic, sleep

from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger

directory = Path(sys.argv[1])
setup_telemetry(service="full", directory=directory / "journal")
count = 0


def log(times: int) -> None:
    """Log some events, which never raises."""
    global count
    for _ in range(times):
        count += 1
        telemetry_logger.info(BatchProgressEvent("main", count))


def fill() -> None:
    """Fill the disk, to the last byte."""
    with (directory / "filler").open("ab", buffering=0) as filler:
        size = 65536
        while size:
            try:
                filler.write(bytes(size))
            except OSError:
                size //= 2


stages = []
log(100)
if sys.argv[2] == "enospc":
    fill()
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
stages.append(count)
log(3000)
stages.append(count)
if sys.argv[2] == "enospc":
    (directory / "filler").unlink()
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
end = monotonic() + 10
while not flush_telemetry() and monotonic() < end:
    # What is waited for is the clock: a journal tries again after a second.
    sleep(0.02)
log(100)
assert flush_telemetry()
print(json.dumps([*stages, count]))
