"""Prints what logging_calls.py measured: one thread, many threads, and what it was to be."""

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy
from logging_contenders import ENTRIES, FLOOR, NOTHING, OURS, REFERENCE, STRUCTLOG
from report import figures, shown
from rich.console import Console
from rich.table import Table

LEGEND = """\
One thread: {calls} calls each in {rounds} turns, less the {nothing:.2f} µs of a call of nothing.
/floor and /ours are medians of ratios within a turn; a target, for each event.
Threads log task_accepted: without a pause; then as calls fall due, 50 000/s in
all, of which "made" were made in time. Times there are of the whole call.
floor   orjson.dumps of the ready record and one os.write to a file
traced  within a span of OpenTelemetry, which each record names
{cpus} CPUs, load {load_before:.1f} before, Python {python}, {seconds:.0f} s; every time is in the JSON."""

# The nanoseconds of each call in each turn, without those of a call of nothing.
Net = dict[str, "numpy.ndarray[Any, numpy.dtype[numpy.float64]]"]


def show(results: dict[str, Any]) -> None:
    """Print the tables of a run."""
    console = Console(width=80)
    nets = {event: _net(turns) for event, turns in results["turns"].items()}
    console.print(_one_thread(nets))
    console.print(_many_threads(results["threads"]))
    console.print(_given(results["kept"]))
    console.print(_targets(nets, results["threads"]))
    nothing = median(numpy.median(turns[NOTHING]) for turns in results["turns"].values())
    rounds, calls = next(iter(nets.values()))[OURS].shape
    legend = LEGEND.format(nothing=nothing / 1e3, rounds=rounds, calls=rounds * calls, **results["machine"])
    console.print(legend, highlight=False)


def _net(turns: dict[str, list[list[int]]]) -> Net:
    nothing = numpy.median(numpy.array(turns[NOTHING]), axis=1, keepdims=True)
    return {who: numpy.array(taken) - nothing for who, taken in turns.items()}


def _ratio(net: Net, who: str, base: str) -> float:
    return float(numpy.median(numpy.median(net[who], axis=1) / numpy.median(net[base], axis=1)))


def _one_thread(nets: dict[str, Net]) -> Table:
    table = figures("one call in one thread, in µs", "", "median", "p99", "p99.9", "/floor", "/ours")
    for event, net in nets.items():
        table.add_section()
        table.add_row(f"[bold]{event}")
        for who in sorted(ENTRIES.keys() - {NOTHING}, key=lambda who: _ratio(net, who, OURS)):
            table.add_row(
                ENTRIES[who].shown,
                *(f"{time / 1e3:.2f}" for time in numpy.percentile(net[who], (50, 99, 99.9))),
                *(shown(_ratio(net, who, base)) for base in (FLOOR, OURS)),
            )
    return table


def _many_threads(found: dict[str, dict[str, dict[str, list[Any]]]]) -> Table:
    table = figures(
        "many threads: 1000 calls a second at full rate, µs a call at 50 000/s",
        "",
        "full rate",
        "made",
        "p50",
        "p99",
        "p99.9",
        "max",
    )
    for threads, of_threads in found.items():
        table.add_section()
        table.add_row(f"[bold]{threads} threads")
        for who, each in of_threads.items():
            full = median(one["calls"] / one["seconds"] for one in each["full"])
            made = sum(one["calls"] for one in each["paced"]) / sum(one["due"] for one in each["paced"])
            times = numpy.percentile(_paced(each), (50, 99, 99.9, 100)) / 1e3
            table.add_row(ENTRIES[who].shown, f"{full / 1e3:.0f}", f"{made:.0%}", *map(_microseconds, times))
    return table


def _paced(of_contender: dict[str, list[Any]]) -> list[int]:
    return [time for one in of_contender["paced"] for time in one["taken"]]


def _microseconds(time: float) -> str:
    return f"{time:.1f}" if time < 100 else f"{time:,.0f}".replace(",", " ")


def _given(kept: dict[str, dict[str, Any]]) -> Table:
    table = figures("what a call gives", "", "on return", "kill -9", "typed", "redacts", "lost")
    for who, entry in ENTRIES.items():
        if who == NOTHING:
            continue
        calls, records = kept[who]["calls"], kept[who]["kept"]
        lost = "-" if records is None else f"{calls - records:,}".replace(",", " ")
        survives = "survives" if entry.survives == "yes" else "lost"
        table.add_row(entry.shown, entry.on_return, survives, entry.typed, entry.redacts, lost)
    return table


def _targets(nets: dict[str, Net], threads: dict[str, Any]) -> Table:
    table = figures("what it was to be", "target", "measured", "result")
    for what, measured, met in _held(nets, threads):
        table.add_row(what, measured, "[green]met" if met else "[bold red]missed")
    return table


def _held(nets: dict[str, Net], threads: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield each target, what was measured, and whether it was met: for every event, not for most."""
    for what, who, base, least in (
        ("≥ 10 times as fast as the reference", REFERENCE, OURS, 10.0),
        ("≥ 1.5 times as fast as structlog to nowhere", STRUCTLOG, OURS, 1.5),
        ("≤ 2.6 times the floor", OURS, FLOOR, None),
    ):
        ratios = [_ratio(net, who, base) for net in nets.values()]
        met = max(ratios) <= 2.6 if least is None else min(ratios) >= least
        yield what, "  ".join(f"{ratio:.2f}" for ratio in ratios), met
    found = threads["64"]
    p99, floor = (float(numpy.percentile(_paced(found[who]), 99)) / 1e6 for who in (OURS, FLOOR))
    made = all(one["calls"] == one["due"] for one in found[OURS]["paced"])
    yield "64 threads at 50 000/s: p99 ≤ 10 ms", f"{p99:.2f} (floor {floor:.2f})", made and p99 <= 10
