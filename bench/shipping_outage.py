"""A program through a day on which the intake takes nothing, minute by minute, as it is told to.

Each line of the input is a JSON object with what to do; each line of the output is what came of it.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_events

import telemetry_events
from telemetry_events import DatadogLogsHandler, telemetry_logger
from telemetry_events.delivery import Pace

# A minute of the day is some milliseconds here, and the longest wait as many as two minutes.
PACE = Pace(linger=0.01, first=0.005, longest=0.03, hold=0.03, adopt=0.5)


class Program:
    """Logs, and leaves its segment once a minute, as a journal does by itself."""

    def __init__(self, directory: str, capacity: int) -> None:
        self._handler = DatadogLogsHandler(
            service=SERVICE,
            env=ENV,
            version=VERSION,
            hostname=HOSTNAME,
            directory=directory,
            capacity_bytes=capacity,
            pace=PACE,
        )
        telemetry_logger.handlers = [self._handler]
        self._calls = list(of_events(telemetry_logger, telemetry_events).values())

    def minute(self, events: int) -> dict[str, Any]:
        """Log so many events in a segment of their own."""
        for number in range(events):
            self._calls[number % 3]()
        self._handler.journal.close()
        return self.counted()

    def deliver(self, timeout: float) -> dict[str, Any]:
        """Wait until all was delivered."""
        self._handler.settle(timeout)
        return self.counted()

    def counted(self) -> dict[str, Any]:
        """Return the handler's counters, and the most memory that the process has had so far."""
        return {**asdict(self._handler.counters), "peak": _peak()}


def _peak() -> int:
    """Return the most KiB that were ever resident, as Linux alone says it; elsewhere 0.

    What `getrusage` says is no less than the process had that has started this one.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def main(_name: str, directory: str, capacity: str) -> None:
    """Set up, say so, and do what the input says."""
    program = Program(directory, int(capacity))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        task: dict[str, Any] = json.loads(line)
        print(json.dumps(getattr(program, task.pop("do"))(**task)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
