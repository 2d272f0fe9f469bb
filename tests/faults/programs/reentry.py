"""Logs while it delivers, in ways that may come back to itself: `reentry.py HOW DIRECTORY NOTES URL`.

Notes each line outside of this process once its call has returned. Says, as JSON, what it has seen.
"""

import faulthandler
import gc
import http.client
import json
import logging
import logging.config
import os
import signal
import sys
import warnings
from threading import get_ident, main_thread
from time import monotonic
from typing import Any, ClassVar

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, flush_telemetry, telemetry_logger
from telemetry_events.delivery import Pace
from telemetry_events.journal import Journal

how, directory, notes, url = sys.argv[1:]
# Where something waits for itself, it says where.
faulthandler.dump_traceback_later(30, exit=True)

file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
append = Journal.append


def noting(self: Journal, parts: Any) -> bytes:
    """Append, and note what was accepted."""
    line = append(self, parts)
    if line:
        os.write(file, line)
    return line


Journal.append = noting  # type: ignore[method-assign]
OPTIONS = {
    "service": "reentry",
    "directory": directory,
    "intake": url,
    "api_key": "k" * 32,
    "pace": Pace(linger=0.001, first=0.001, longest=0.005, hold=0.005, adopt=0.01, deadline=5.0),
}


def set_up() -> DatadogLogsHandler:
    """Deliver with a handler that is the logger's only one."""
    handler = DatadogLogsHandler(**OPTIONS)  # type: ignore[arg-type]
    telemetry_logger.handlers = [handler]
    return handler


def log(name: str, count: int = 1) -> None:
    """Log some events."""
    for number in range(count):
        telemetry_logger.info(BatchProgressEvent(name, number))


def until_delivered() -> bool:
    """Deliver, which may take several tries."""
    end = monotonic() + 15
    while monotonic() < end:
        if flush_telemetry(1):
            return True
    return False


class Watching(logging.Handler):
    """A root handler that tells of all it sees in an event of its own, but for what comes of events."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Count it, and log."""
        self.seen[record.name] = self.seen.get(record.name, 0) + 1
        if record.name != telemetry_logger.name:
            log("of the root handler")


class Dying:
    """An object that logs as it dies, within a cycle: whenever and in whatever thread that is noticed."""

    threads: ClassVar[set[int]] = set()

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.threads.add(get_ident())
        log("of a finaliser")


def watched() -> dict[str, Any]:
    """A root handler sees all there is at the lowest level, and logs an event for it."""
    root = Watching()
    logging.basicConfig(level=1, handlers=[root], force=True)
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    http.client.HTTPConnection.debuglevel = 1
    set_up()
    telemetry_logger.propagate = True
    logging.getLogger("of the program").debug("a text")
    warnings.warn("a warning", stacklevel=1)
    for _ in range(20):
        log("watched", 10)
        flush_telemetry(0.02)
    return {"delivered": until_delivered(), "seen": root.seen}


def warned() -> dict[str, Any]:
    """What Python warns of is recorded, by the handler that delivers, and so may be what that does."""
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    handler = set_up()
    logging.getLogger("py.warnings").addHandler(handler)
    for _ in range(20):
        warnings.warn("a warning", stacklevel=1)
        log("warned")
        flush_telemetry(0.02)
    gc.collect()
    return {"delivered": until_delivered()}


def shut_down() -> dict[str, Any]:
    """Logging is shut down under a delivery, twice; what is logged later waits for another."""
    handler = set_up()
    log("before", 500)
    logging.shutdown()
    log("after", 10)
    logging.shutdown()
    log("later", 10)
    handler.close()
    again = set_up()
    return {"delivered": until_delivered(), "waiting": again.counters.waiting}


def configured() -> dict[str, Any]:
    """A dictConfig puts one handler in place of the other while that delivers."""
    for turn in range(3):
        handlers = {"delivery": {"class": "telemetry_events.DatadogLogsHandler", **OPTIONS}}
        loggers = {"telemetry_events": {"handlers": ["delivery"], "level": "INFO", "propagate": False}}
        logging.config.dictConfig({"version": 1, "handlers": handlers, "loggers": loggers})
        log(f"configured {turn}", 300)
    return {"delivered": until_delivered()}


def signalled() -> dict[str, Any]:
    """A signal handler logs, and at times flushes, whatever is being done."""
    count, is_going = 0, True

    def on_signal(*_: object) -> None:
        nonlocal count
        count += 1
        log("of a signal")
        if count % 10 == 0:
            flush_telemetry(0.005)
        # Not before, or they might come faster than they can be dealt with.
        signal.setitimer(signal.ITIMER_REAL, 0.001 * is_going)

    set_up()
    signal.signal(signal.SIGALRM, on_signal)
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    for _ in range(50):
        log("beside signals", 50)
        flush_telemetry(0.02)
    is_going = False
    signal.setitimer(signal.ITIMER_REAL, 0)  # the last one may still be on its way
    return {"delivered": until_delivered(), "signals": count}


def finalised() -> dict[str, Any]:
    """Objects log as they die, in the thread that delivers too."""
    set_up()
    gc.set_threshold(50)
    end = monotonic() + 10
    while monotonic() < end and not Dying.threads - {main_thread().ident}:
        for _ in range(50):
            Dying()
        log("beside the dying", 50)
        flush_telemetry(0.02)
    gc.collect()
    gc.set_threshold(700)
    return {"delivered": until_delivered(), "threads": len(Dying.threads)}


WAYS = {each.__name__: each for each in (watched, warned, shut_down, configured, signalled, finalised)}
# http.client's own debugging prints.
said = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
found = WAYS[how]()
os.write(said, json.dumps(found).encode())
