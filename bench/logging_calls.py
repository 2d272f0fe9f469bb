"""Times a call that logs an event, of this library and of what else people use; bench/README.md says how."""

import argparse
import os
import platform
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from logging_contenders import ENTRIES
from logging_contenders.sites import fields
from logging_process import ContenderProcess
from logging_report import show

BUILD = Path(__file__).parent.parent / "build"
PACKAGES = (
    "datadog-api-client",
    "loguru",
    "opentelemetry-sdk",
    "orjson",
    "python-json-logger",
    "structlog",
    "telemetry-events",
)
SEED = 20261123
# The event of the middle size is the one that many threads log.
THREADED = "task_accepted"
RATE = 50_000


@dataclass(frozen=True)
class Plan:
    """How much is done: turns and calls in one thread, then passes over the threads, and their seconds."""

    rounds: int
    calls: int
    passes: int
    full: float
    paced: float
    bound: float
    threads: tuple[int, ...] = (8, 64)


LONG = Plan(rounds=20, calls=2000, passes=2, full=0.4, paced=0.8, bound=1.0)
QUICK = Plan(rounds=5, calls=400, passes=1, full=0.1, paced=0.25, bound=0.35)


def main() -> None:
    """Measure, write the numbers to a file, and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--json", type=Path, default=BUILD / "bench-logging.json", help="where the numbers go"
    )
    arguments.add_argument("--quick", action="store_true", help="see that it works; the numbers are rough")
    given = arguments.parse_args()
    begin, load = perf_counter(), os.getloadavg()[0]
    try:
        results = measure(QUICK if given.quick else LONG)
    except (RuntimeError, TimeoutError) as error:
        sys.exit(f"{Path(__file__).name}: {error}")
    results["machine"] |= {"load_before": load, "seconds": perf_counter() - begin}
    given.json.parent.mkdir(exist_ok=True)
    given.json.write_bytes(orjson.dumps(results))
    show(results)


def measure(plan: Plan) -> dict[str, Any]:
    """Return all that was measured; raise `RuntimeError` where a contender lost what it was given."""
    BUILD.mkdir(exist_ok=True)
    order = random.Random(SEED)  # noqa: S311  # an order, and no secret
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="journals-", dir=BUILD)))
        contenders = [ContenderProcess(name, folder / name) for name in ENTRIES]
        for each in contenders:
            stack.callback(each.end)
        for each in contenders:
            each.wait_until_ready()
        turns = _turns(plan, contenders, order)
        threads = _threads(plan, [each for each in contenders if ENTRIES[each.name].threads], order)
        kept = {each.name: each.do("finish") for each in contenders}
    _prove(kept)
    return {"machine": machine(PACKAGES), "turns": turns, "threads": threads, "kept": kept}


def _turns(plan: Plan, contenders: list[ContenderProcess], order: random.Random) -> dict[str, Any]:
    """Return, for each event and contender, the nanoseconds of each call, a list for each round."""
    taken: dict[str, dict[str, list[list[int]]]] = {event: defaultdict(list) for event in fields()}
    for _ in range(plan.rounds):
        for event, found in taken.items():
            for each in _shuffled(contenders, order):
                found[each.name].append(each.do("turn", event=event, calls=plan.calls))
    return taken


def _threads(plan: Plan, contenders: list[ContenderProcess], order: random.Random) -> dict[str, Any]:
    """Return, for each number of threads and contender, what came of each pass at full rate and paced."""
    found: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for threads in plan.threads:
        of_threads = found[str(threads)] = {each.name: {"full": [], "paced": []} for each in contenders}
        for _ in range(plan.passes):
            for each in _shuffled(contenders, order):
                load: dict[str, Any] = {"event": THREADED, "threads": threads}
                of_threads[each.name]["full"].append(each.do("full", **load, seconds=plan.full))
                load |= {"rate": RATE, "seconds": plan.paced, "bound": plan.bound}
                of_threads[each.name]["paced"].append(each.do("paced", **load))
    return found


def _shuffled(contenders: list[ContenderProcess], order: random.Random) -> Iterator[ContenderProcess]:
    yield from order.sample(contenders, len(contenders))


def _prove(kept: dict[str, dict[str, Any]]) -> None:
    for name, count in kept.items():
        if not ENTRIES[name].loses and count["kept"] not in (None, count["calls"]):
            raise RuntimeError(f"{name} kept {count['kept']} records of {count['calls']} calls")


def machine(packages: Iterable[str]) -> dict[str, Any]:
    """Return what the numbers depend on."""
    return {
        "cpus": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "switch_interval": sys.getswitchinterval(),
        "packages": {name: version(name) for name in packages},
    }


if __name__ == "__main__":
    main()
