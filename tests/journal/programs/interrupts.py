"""Logs while a signal's handler raises, as on Ctrl-C: `interrupts.py DIRECTORY DURABILITY SECONDS`.

The exceptions are kept, with the frames that they came through, as a framework may keep them. Another thread
logs too. Prints, as JSON, what each has logged, and how many calls were interrupted.
"""

import faulthandler
import json
import signal
import sys
import warnings
from pathlib import Path
from threading import Thread
from time import monotonic

import telemetry_events.journal.writer as constants
from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

counts = {"main": 0, "thread": 0}
returned: list[int] = []
kept: list[BaseException] = []
running = True


class Interrupted(BaseException):
    """What a signal's handler raises."""


def interrupt(_number: int, _frame: object) -> None:
    """Raise, once; the loop sets the next alarm."""
    raise Interrupted


def log(name: str) -> None:
    """Log one event."""
    counts[name] += 1
    telemetry_logger.info(BatchProgressEvent(name, counts[name]))


def log_beside() -> None:
    """Log as long as the main thread does."""
    while running:
        log("thread")


def main(directory: Path, durability: str, seconds: float) -> None:
    """Log, and be interrupted, for some seconds."""
    global running
    # Python closes one late where an exception comes between its call and its `with`.
    warnings.filterwarnings("ignore", "unclosed scandir iterator", ResourceWarning)
    faulthandler.dump_traceback_later(seconds + 8, exit=True)
    constants.SEGMENT_BYTES = 4 * 1024
    setup_telemetry(service="interrupts", directory=directory, durability=durability)
    signal.signal(signal.SIGALRM, interrupt)
    beside = Thread(target=log_beside)
    beside.start()
    end = monotonic() + seconds
    while monotonic() < end:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0005)
            while True:
                log("main")
                returned.append(counts["main"])
        except Interrupted as error:
            kept.append(error)
    running = False
    beside.join()
    print(json.dumps({"main": returned, "thread": counts["thread"], "interrupted": len(kept)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
