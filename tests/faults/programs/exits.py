"""Ends in one of many ways, with records that were not delivered yet: `exits.py DIRECTORY NOTES URL WAY`.

It says `logged`, and goes on when it is told to.
"""

import atexit
import os
import sys
from threading import Thread
from time import sleep

# What was registered earlier runs later: by then the library has done what it does at the end.
way = sys.argv[4]
if way == "atexit-late":
    atexit.register(lambda: log("late"))

from noting import PACE, log, set_up  # noqa: E402

if way == "atexit":
    atexit.register(lambda: log("atexit"))

directory, notes, url = sys.argv[1:4]
# Nothing is sent before the end, if that is to come soon.
handler = set_up(directory, notes, url, "none" if way == "none" else "thread", pace=PACE)


class Last:
    """Logs when it goes."""

    def __del__(self) -> None:
        """Log."""
        log("last", 1)


def leave() -> None:
    """Exit from a thread, which ends that alone."""
    log("thread")
    sys.exit(3)


def log_on() -> None:
    """Log for ever, and leave some time to others."""
    while True:
        log("daemon", 5)
        sleep(0.002)


log("main")
print("logged", flush=True)
sys.stdin.readline()
log("main again")
match way:
    case "sys-exit":
        sys.exit(5)
    case "error":
        raise RuntimeError("as it happens")
    case "os-exit":
        os._exit(0)
    case "thread":
        Thread(target=leave).start()
    case "daemon":
        Thread(target=log_on, daemon=True).start()
        sleep(0.2)
    case "del":
        kept = Last()
    case "close":
        handler.close()
    case "term":
        sleep(60)
