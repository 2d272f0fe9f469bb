"""Times delivery, and what a program notices of it; bench/README.md says how."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy
import orjson
from logging_calls import BUILD, RATE, SEED, THREADED, machine
from logging_process import ContenderProcess
from shipping_contenders import ENTRIES, KEY
from shipping_report import HEALTHY, HUNG, NONE, REFUSING, show

BENCH = Path(__file__).parent
PACKAGES = ("datadog-api-client", "datadog-async-handler", "orjson", "telemetry-events", "zstandard")
# The intake that each of these has, if any, and whether it takes what they record.
DELIVERING = {NONE: "", HEALTHY: "accepts", HUNG: "hangs", REFUSING: "refuses"}
PERCENTILES = (50, 99, 99.9, 100)


@dataclass(frozen=True)
class Plan:
    """How much is done.

    Turns of so many records, of which each contender gets its part; passes over the threads, each of so many
    seconds; and a day of so many minutes with so many events each, in a journal of so many MiB.
    """

    turns: int
    records: int
    passes: int
    seconds: float
    minutes: int
    events: int
    capacity: int
    threads: tuple[int, ...] = (1, 8, 64)


LONG = Plan(turns=5, records=100_000, passes=3, seconds=3.0, minutes=1440, events=300, capacity=128)
QUICK = Plan(turns=2, records=20_000, passes=2, seconds=0.25, minutes=120, events=600, capacity=16)


def main() -> None:
    """Measure, write the numbers to a file, and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--json", type=Path, default=BUILD / "bench-shipping.json", help="where the numbers go"
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
    """Return all that was measured; raise `RuntimeError` where a record was lost."""
    BUILD.mkdir(exist_ok=True)
    order = random.Random(SEED)  # noqa: S311  # an order, and no secret
    with tempfile.TemporaryDirectory(prefix="shipping-", dir=BUILD) as name:
        folder = Path(name)
        with _intake(folder / "intake") as (intake, urls):
            results = {
                "turns": _turns(plan, folder, intake, urls, order),
                "paced": _paced(plan, folder, intake, urls, order),
                "outage": _outage(plan, folder, intake, urls),
            }
    return {"machine": machine(PACKAGES), "plan": plan, **results}


@contextmanager
def _intake(folder: Path) -> Generator[tuple[ContenderProcess, dict[str, str]]]:
    """Start an intake, and return it with the URL of each of its behaviours."""
    intake = ContenderProcess("the intake", folder, worker=BENCH / "shipping_intake.py")
    try:
        intake.wait_until_ready()
        yield intake, {how: f"http://127.0.0.1:{port}" for how, port in intake.do("ports").items()}
    finally:
        intake.end()


def _turns(
    plan: Plan, folder: Path, intake: ContenderProcess, urls: Mapping[str, str], order: random.Random
) -> dict[str, list[dict[str, Any]]]:
    """Return what came of each contender's turns, but for the first, which warms up."""
    journal = folder / "records"
    command = [sys.executable, str(BENCH / "shipping_records.py"), str(journal), str(plan.records)]
    subprocess.run(command, check=True, env=_environment(""))
    env, worker = _environment(urls["accepts"]), BENCH / "shipping_worker.py"
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ENTRIES}
    with ExitStack() as stack:
        contenders = [
            stack.enter_context(_ended(ContenderProcess(name, folder / name, worker=worker, env=env)))
            for name in ENTRIES
        ]
        for turn in range(plan.turns + 1):
            for each in order.sample(contenders, len(contenders)):
                count = int(plan.records * ENTRIES[each.name].part)
                result = each.do("turn", journal=str(journal), count=count)
                result["intake"] = got = intake.do("count")
                if not result["sent"] == got["records"] == got["distinct"] == count:
                    raise RuntimeError(f"{each.name}: {result} of {count} records")
                found[each.name] += [result] if turn else []
    return found


def _paced(
    plan: Plan, folder: Path, intake: ContenderProcess, urls: Mapping[str, str], order: random.Random
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return, for each number of threads and intake, what its calls took in each pass."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    with ExitStack() as stack:
        contenders = [
            stack.enter_context(_ended(_delivering(name, folder / name, urls))) for name in DELIVERING
        ]
        for threads in plan.threads:
            of_threads = found[str(threads)] = {name: [] for name in DELIVERING}
            for _ in range(plan.passes):
                for each in order.sample(contenders, len(contenders)):
                    load = {"threads": threads, "rate": RATE, "seconds": plan.seconds}
                    result = each.do("paced", event=THREADED, **load, bound=plan.seconds * 1.3)
                    taken = numpy.array(result.pop("taken")) / 1e3
                    result["percentiles"] = numpy.percentile(taken, PERCENTILES).tolist()
                    result["intake"] = intake.do("count")
                    of_threads[each.name].append(result)
        kept = {each.name: each.do("finish") for each in contenders}
    distinct = sum(one["intake"]["distinct"] for each in found.values() for of in each.values() for one in of)
    for name, count in kept.items():
        if count["kept"] != count["calls"]:
            raise RuntimeError(f"{name}: {count['kept']} records of {count['calls']} calls")
    if distinct != kept[HEALTHY]["calls"]:
        raise RuntimeError(f"the intake was given {distinct} records of {kept[HEALTHY]['calls']}")
    return found


def _delivering(name: str, folder: Path, urls: Mapping[str, str]) -> ContenderProcess:
    how = DELIVERING[name]
    module = {"": "ours", "accepts": "ours_delivering"}.get(how, "ours_undelivered")
    process = ContenderProcess(module, folder, env=_environment(urls[how] if how else ""))
    process.name = name
    return process


def _outage(plan: Plan, folder: Path, intake: ContenderProcess, urls: Mapping[str, str]) -> dict[str, Any]:
    """Return what a program's memory was through a day without the intake, and what became of its records."""
    url = urls["refuses"]
    port = int(url.rpartition(":")[2])
    intake.do("behave", port=port, how="accepts")
    process = ContenderProcess(
        "outage",
        folder / "outage",
        str(plan.capacity * 2**20),
        worker=BENCH / "shipping_outage.py",
        env=_environment(url),
    )
    with _ended(process):
        process.do("minute", events=plan.events)
        first = process.do("deliver", timeout=10)
        before = _resident(process)
        intake.do("behave", port=port, how="refuses")
        intake.do("count")
        during: list[float] = []
        day = first
        for minute in range(plan.minutes):
            day = process.do("minute", events=plan.events)
            if minute % (plan.minutes // 60) == 0:
                during.append(_resident(process))
        requests = intake.do("count")["requests"]
        intake.do("behave", port=port, how="accepts")
        begin = perf_counter()
        end = process.do("deliver", timeout=55)
        seconds = perf_counter() - begin
        after = _resident(process)
    distinct = intake.do("count")["distinct"]
    if not distinct == end["delivered"] - first["delivered"] == end["accepted"] - first["accepted"]:
        raise RuntimeError(f"the intake was given {distinct} records after the outage: {end}")
    return {
        "before": before,
        "during": during,
        "after": after,
        "requests": requests,
        "seconds": seconds,
        "first": first,
        "day": day,
        "end": end,
    }


@contextmanager
def _ended(process: ContenderProcess) -> Generator[ContenderProcess]:
    """Wait until a process is ready, and end it at the end."""
    try:
        process.wait_until_ready()
        yield process
    finally:
        process.end()


def _environment(url: str) -> dict[str, str]:
    """Return an environment that says of delivery what is to be, and nothing else."""
    ours = {"DD_API_KEY": KEY, "TELEMETRY_EVENTS_INTAKE": url} if url else {}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DD_", "TELEMETRY_"))}
    return {**kept, **ours}


def _resident(process: ContenderProcess) -> float:
    """Return the MiB of memory that a process has."""
    command = ["ps", "-o", "rss=", "-p", str(process.pid)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout) / 2**10


if __name__ == "__main__":
    main()
