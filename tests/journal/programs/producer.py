"""Logs flat out until it is killed: `producer.py DIRECTORY HOW THREADS MEMORY READY`.

MEMORY and READY are descriptors. After a call has returned, its thread puts the number of its event into
its own place of the memory, which outlives the process. Once each thread has logged, READY is told.
"""

import mmap
import os
import sys
from pathlib import Path
from threading import Barrier, Thread

from forgetful import BufferedHandler, QueueThreadHandler

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

HANDLERS = {"buffered": BufferedHandler, "queue": QueueThreadHandler}


def log(thread: int, accepted: memoryview, barrier: Barrier, ready: int) -> None:
    """Log for ever."""
    name, count = f"thread-{thread}", 0
    while True:
        count += 1
        telemetry_logger.info(BatchProgressEvent(name, count))
        accepted[thread] = count
        if count == 1 and barrier.wait() == 0:
            os.write(ready, b".")


def main(directory: Path, how: str, threads: int, memory: int, ready: int) -> None:
    """Set up, and start the threads."""
    if how in HANDLERS:
        telemetry_logger.addHandler(HANDLERS[how](directory))
    else:
        setup_telemetry(service="producer", directory=directory, durability=how)
    accepted = memoryview(mmap.mmap(memory, 8 * threads)).cast("Q")
    barrier = Barrier(threads)
    started = [Thread(target=log, args=(n, accepted, barrier, ready)) for n in range(threads)]
    for thread in started:
        thread.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
