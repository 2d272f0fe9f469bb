"""Logs in a loop while a signal's handler, or a finaliser, logs too.

`signals.py DIRECTORY HOW DURABILITY THREADS SECONDS`

Prints, as JSON, how many events each has logged. A program that hangs says where, and ends.
"""

import faulthandler
import gc
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from threading import Thread, get_ident
from time import monotonic

import telemetry_events.journal.writer as constants
from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger

counts: Counter[str] = Counter()
running = True


def log(name: str) -> None:
    """Log one event. Its number is taken first, so that a call within this call takes another."""
    counts[name] += 1
    telemetry_logger.info(BatchProgressEvent(name, counts[name]))


class Cycle:
    """Garbage that only the collector finds, and that logs when it goes."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        if running:
            log(f"finaliser-{get_ident()}")


def on_signal(_number: int, _frame: object) -> None:
    """Log, as handlers of signals do."""
    log("signal")
    if how == "flush":
        flush_telemetry()
    # Once each time: where a call takes longer than that, each handler would be interrupted by the next.
    if running:
        signal.setitimer(signal.ITIMER_REAL, 0.001)


def log_until(end: float, name: str) -> None:
    """Log beside the main thread, which is the one that signals interrupt."""
    while monotonic() < end:
        log(name)


def main(directory: Path, durability: str, threads: int, seconds: float) -> None:
    """Log for some seconds."""
    global running
    faulthandler.dump_traceback_later(seconds + 8, exit=True)
    # Many segments, as it is there that a call within a call meets most.
    constants.SEGMENT_BYTES = 32 * 1024
    setup_telemetry(service="signals", directory=directory, durability=durability)
    signal.signal(signal.SIGALRM, on_signal)
    if how != "finaliser":
        signal.setitimer(signal.ITIMER_REAL, 0.001)
    else:
        gc.set_threshold(7)
    end = monotonic() + seconds
    others = [Thread(target=log_until, args=(end, f"thread-{n}")) for n in range(threads)]
    for other in others:
        other.start()
    while monotonic() < end:
        for _ in range(50):
            log("main")
            if how == "finaliser":
                Cycle()
    for other in others:
        other.join()
    gc.collect()
    running = False
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps(counts))


if __name__ == "__main__":
    how = sys.argv[2]
    main(Path(sys.argv[1]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
