"""Times the calls of one contender, in a process of its own, as it is told to line by line.

Each line of the input is a JSON object with what to do; each line of the output is what came of it.
"""

import json
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter_ns, process_time, sleep
from typing import Any

from logging_contenders import Contender, contend

Call = Callable[[], None]
WARM_UP = 2000
# At full rate the clock is read once in so many calls.
STRIDE = 8


class Worker:
    """Counts the calls that it makes, so that they can be held against the records that were kept."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._calls = 0
        for event in contender.sites:
            self.turn(event, WARM_UP)

    def turn(self, event: str, calls: int) -> list[int]:
        """Return the nanoseconds of each of a number of calls, made in this thread."""
        taken = array("q", bytes(8 * calls))
        _time(self._contender.sites[event], taken)
        self._calls += calls
        self._contender.settle()
        return taken.tolist()

    def full(self, event: str, threads: int, seconds: float) -> dict[str, Any]:
        """Return how many calls that many threads made without a pause, and in how many seconds."""
        counts = array("q", bytes(8 * threads))
        call = self._contender.sites[event]

        def work(index: int, start: int) -> None:
            counts[index] = _count(call, start + int(seconds * 1e9))

        elapsed = _in_threads(threads, work)
        return self._settled({"calls": sum(counts), "seconds": elapsed})

    def paced(self, event: str, threads: int, rate: float, seconds: float, bound: float) -> dict[str, Any]:
        """Return the nanoseconds of the calls that are due at a rate, made by that many threads in turn.

        After `bound` seconds no more calls are made; what was due by then and was not made is missing.
        """
        due = int(rate * seconds / threads)
        period = 1e9 * threads / rate
        taken = [array("q", bytes(8 * due)) for _ in range(threads)]
        call = self._contender.sites[event]

        def work(index: int, start: int) -> None:
            begin = start + period * index / threads
            made = _pace(call, taken[index], begin, period, start + bound * 1e9)
            del taken[index][made:]

        used = process_time()
        elapsed = _in_threads(threads, work)
        used = process_time() - used
        found = [each for one in taken for each in one]
        made: dict[str, Any] = {"calls": len(found), "due": due * threads, "taken": found}
        return self._settled({**made, "seconds": elapsed, "cpu": used})

    def finish(self) -> dict[str, Any]:
        """Return how many calls were made, and how many records were kept."""
        return {"calls": self._calls, "kept": self._contender.finish()}

    def _settled(self, result: dict[str, Any]) -> dict[str, Any]:
        self._calls += result["calls"]
        self._contender.settle()
        return result


def _time(call: Call, taken: "array[int]") -> None:
    clock = perf_counter_ns
    for index in range(len(taken)):
        begin = clock()
        call()
        taken[index] = clock() - begin


def _count(call: Call, end: int) -> int:
    calls = 0
    while perf_counter_ns() < end:
        for _ in range(STRIDE):
            call()
        calls += STRIDE
    return calls


def _pace(call: Call, taken: "array[int]", due: float, period: float, end: float) -> int:
    """Make each call when it is due, or as soon as can be; return how many were made before the end."""
    clock = perf_counter_ns
    for index in range(len(taken)):
        now = clock()
        if now >= end:
            return index
        if now < due:
            sleep((due - now) / 1e9)
        begin = clock()
        call()
        taken[index] = clock() - begin
        due += period
    return len(taken)


def _in_threads(threads: int, work: Callable[[int, int], None]) -> float:
    """Run `work` with the index of a thread and the time they all start at; return the seconds it took."""
    barrier = Barrier(threads + 1)
    started: list[int] = []

    def run(index: int) -> None:
        barrier.wait()
        sleep(max(0.0, (started[0] - perf_counter_ns()) / 1e9))
        work(index, started[0])

    running = [Thread(target=run, args=(index,)) for index in range(threads)]
    for thread in running:
        thread.start()
    # By then all have come out of the barrier.
    started.append(perf_counter_ns() + 10_000_000)
    barrier.wait()
    for thread in running:
        thread.join()
    return (perf_counter_ns() - started[0]) / 1e9


def main(name: str, folder: str) -> None:
    """Set a contender up, say so, and do what the input says."""
    worker = Worker(contend(name, Path(folder)))
    _say("ready")
    for line in sys.stdin:
        task: dict[str, Any] = json.loads(line)
        _say(getattr(worker, task.pop("do"))(**task))


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
