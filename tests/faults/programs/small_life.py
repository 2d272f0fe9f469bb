"""Forks processes that live a small life, and end in the middle of it where they are told to.

For each line `DIRECTORY NOTES URL NUMBER` a child logs, delivers and deletes three segments, and notes what
was accepted. It ends in place of the call to the file system with this NUMBER. For `DIRECTORY URL NUMBER` it
delivers what is left, and ends in the same way. The answer is `died` or `lived`.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, telemetry_logger
from telemetry_events.delivery import Intake, Pace, Shipper, backlog
from telemetry_events.journal.disk import Disk

CALLS = ("open", "write", "replace", "rename", "unlink", "mkdir", "rmdir")
PACE = Pace(linger=0.0, first=0.0, longest=0.01, adopt=0.0, deadline=2.0)
DIED = 77
KEY = "k" * 32
write = os.write


def die_at(number: int) -> None:
    """End in place of the so-many-th call. All are of one thread: the journal's has nothing to do so soon."""
    left = [number]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os._exit(DIED)
            return real(*arguments, **options)

        return call

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))
    Disk.write = staticmethod(os.write)


def live(directory: str, notes: str, url: str, number: str) -> None:
    """Log three segments, and deliver each. The first two are deleted while this process may still log."""
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    die_at(int(number))
    handler = DatadogLogsHandler(ship="none", service="life", directory=directory)
    shipper = Shipper(
        handler.settings.directory,
        Intake.find(url=url, api_key=KEY),
        own=lambda: handler.journal.path,
        pace=PACE,
    )
    append = handler.journal.append

    def noting(parts: Any) -> bytes:
        line = append(parts)
        if line:
            write(file, line)
        return line

    handler.journal.append = noting  # type: ignore[method-assign]
    telemetry_logger.handlers = [handler]
    for each in range(3):
        for batch in range(3):
            telemetry_logger.info(BatchProgressEvent(f"segment-{each}", batch))
        shipper.deliver()
        handler.journal.close()
    shipper.deliver()
    shipper.close()
    handler.close()


def inherit(directory: str, url: str, number: str) -> None:
    """Deliver what is left."""
    die_at(int(number))
    shipper = Shipper(Path(directory), Intake.find(url=url, api_key=KEY), pace=PACE)
    end = time.monotonic() + 5
    while not shipper.deliver() or any(Path(directory).glob("*/[0-9]*.jsonl")):
        if time.monotonic() > end:
            raise TimeoutError("something is left")
    shipper.close()


if __name__ == "__main__":
    backlog.SETTLE_SECONDS = 0.0
    for line in sys.stdin:
        arguments = line.split()
        pid = os.fork()
        if not pid:
            try:
                (live if len(arguments) == 4 else inherit)(*arguments)
                os._exit(0)
            except BaseException as error:
                print(repr(error), flush=True)
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print({0: "lived", DIED: "died"}.get(status, f"ended with {status}"), flush=True)
