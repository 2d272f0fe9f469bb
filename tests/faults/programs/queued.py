"""Logs into a queue in memory that a thread delivers from, without a journal.

`queued.py DIRECTORY NOTES URL` logs until it is killed.
"""

import sys
from itertools import count
from queue import SimpleQueue
from threading import Thread
from typing import Any

from noting import PACE, log, set_up

from telemetry_events.delivery import Intake
from telemetry_events.journal import Journal

directory, notes, url = sys.argv[1:]
queue: "SimpleQueue[bytes]" = SimpleQueue()
numbers = count(1)


def accept(_journal: Journal, parts: Any) -> bytes:
    """Accept a record, as far as such a handler can."""
    parts[1] = b"%d" % next(numbers)
    line = b"".join(parts)
    queue.put(line)
    return line


def deliver() -> None:
    """Send what is in the queue, and keep what was not accepted."""
    intake = Intake.find(url=url, api_key="k" * 32)
    lines: list[bytes] = []
    while True:
        lines.append(queue.get().rstrip(b"\n"))
        if len(lines) == 1000 or queue.empty():
            while intake.post([b"[" + b",".join(lines) + b"]"], PACE.deadline).reason != "202":
                pass
            lines.clear()


Journal.append = accept  # type: ignore[method-assign]
set_up(directory, notes, url, "none")
Thread(target=deliver, daemon=True).start()
log("queued", 1)
print("logged", flush=True)
log("queued", sys.maxsize)
