"""Logs while it ends, in the way that is asked for: `exits.py DIRECTORY DURABILITY WAY…`."""

import atexit
import os
import signal
import sys
from pathlib import Path
from threading import Event, Thread

WAYS = set(sys.argv[3:])
if "atexit" in WAYS:
    atexit.register(lambda: log("atexit-before", 3))

from telemetry_events import BatchProgressEvent, setup_telemetry, shutdown_telemetry, telemetry_logger  # noqa: E402


def log(
    name: str,
    count: int,
    logger: object = telemetry_logger,
    event: type[BatchProgressEvent] = BatchProgressEvent,
) -> None:
    """Log some events. What it needs are arguments, as a module's names are gone before its objects are."""
    for number in range(1, count + 1):
        logger.info(event(name, number))


class Last:
    """Logs when it goes, which is with the modules."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.log = log

    def __del__(self) -> None:
        self.log(self.name, 1)


def log_for_ever(started: Event, number: int) -> None:
    """Log, and be a daemon thread that the interpreter stops wherever it is."""
    count = 0
    while True:
        count += 1
        telemetry_logger.info(BatchProgressEvent(f"daemon-{number}", count))
        started.set()


setup_telemetry(service="exits", directory=Path(sys.argv[1]), durability=sys.argv[2])
log("main", 3)
if "atexit" in WAYS:
    atexit.register(lambda: log("atexit-after", 3))
if "teardown" in WAYS:
    last = [Last(f"last-{n}") for n in range(20)]
if "late" in WAYS:
    # In a module that goes after the library's own. What daemon threads use, such as this one, does not go.
    vars(os)["last"] = [Last(f"last-{n}") for n in range(20)]
if "daemon" in WAYS:
    for n in range(4):
        begun = Event()
        Thread(target=log_for_ever, args=(begun, n), daemon=True).start()
        begun.wait()
if "thread" in WAYS:
    Thread(target=log, args=("thread", 1000)).start()
if "shutdown" in WAYS:
    assert shutdown_telemetry()
    log("discarded", 1)
if "term" in WAYS:
    os.kill(os.getpid(), signal.SIGTERM)
if "os-exit" in WAYS:
    os._exit(0)
if "exit" in WAYS:
    sys.exit(0)
