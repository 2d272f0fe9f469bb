"""Times how one contender sends records, in a process of its own, as it is told to line by line.

Each line of the input is a JSON object with what to do; each line of the output is what came of it.
"""

import gc
import json
import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from shipping_contenders import Contender, contend


class Worker:
    """Sends what lies in a journal."""

    def __init__(self, contender: Contender, folder: Path) -> None:
        self._contender = contender
        self._folder = folder

    def turn(self, journal: str, count: int) -> dict[str, Any]:
        """Return how many records were sent, in how many seconds, and of these of the processor's."""
        ship = self._contender(Path(journal), count, self._folder)
        gc.collect()
        begin, used = perf_counter(), process_time()
        sent = ship()
        return {"sent": sent, "cpu": process_time() - used, "seconds": perf_counter() - begin}


def main(name: str, folder: str) -> None:
    """Set a contender up, say so, and do what the input says."""
    worker = Worker(contend(name, os.environ["TELEMETRY_EVENTS_INTAKE"]), Path(folder))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        task: dict[str, Any] = json.loads(line)
        print(json.dumps(getattr(worker, task.pop("do"))(**task)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
