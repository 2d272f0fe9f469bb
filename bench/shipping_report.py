"""Prints what shipping.py measured: delivery, what a program notices of it, and what it was to be."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from report import figures, shown
from rich.console import Console
from rich.table import Table
from shipping_contenders import ENTRIES, OFFICIAL, OURS, SINGLY

NONE, HEALTHY, HUNG, REFUSING = "no delivery", "healthy", "hung", "refusing"
P50, P99, P999, MOST = range(4)
LEGEND = """\
Delivery, medians of {turns} turns: CPU µs is the sender's, for a record; a core would send so many in a
second, if it did nothing else. /ours is the median of the ratios of CPU time within a turn. A
journal of {records} records, {size:.0f} bytes each; the others are given a part of them, as texts.
Calls, medians of {passes} passes of {length} s, as they fall due: "made" in time; max is of all. /none and
/healthy are ratios of p99. CPU is the process's, in cores; both: with the intake's. Noise is the
ratio of the p99s of two passes of one contender, at the most.
{cpus} CPUs, load {load_before:.1f} before, Python {python}, {seconds:.0f} s; all numbers are in the JSON."""

# Something that came of a turn or a pass.
Figure = Callable[[dict[str, Any]], float]


def show(results: dict[str, Any]) -> None:
    """Print the tables of a run."""
    console = Console(width=100)
    console.print(_delivery(results["turns"]))
    console.print(_latency(results["paced"]))
    console.print(_memory(results["outage"]))
    console.print(_targets(results))
    plan, machine = results["plan"], results["machine"]
    mean = median(_size(turn) for turn in results["turns"]["none"])
    counts = {"turns": plan.turns, "records": _thousands(plan.records), "passes": plan.passes}
    legend = LEGEND.format(**counts, length=plan.seconds, size=mean, **machine)
    console.print(legend, highlight=False)


def _size(turn: dict[str, Any]) -> float:
    return float(turn["intake"]["bytes"] / turn["sent"])


def _cpu(turn: dict[str, Any]) -> float:
    return float(turn["cpu"] / turn["sent"] * 1e6)


def _delivery(turns: dict[str, list[dict[str, Any]]]) -> Table:
    table = figures(
        "delivery: a record until its 202",
        "",
        "events/s",
        "CPU µs",
        "a core",
        "intake µs",
        "bytes",
        "/ours",
    )
    for name, found in turns.items():
        cpu = _median(found, _cpu)
        table.add_row(
            ENTRIES[name].shown,
            _thousands(_median(found, lambda turn: turn["sent"] / turn["seconds"])),
            f"{cpu:.2f}",
            _thousands(1e6 / cpu),
            f"{_median(found, lambda turn: turn['intake']['cpu'] / turn['sent'] * 1e6):.2f}",
            f"{_median(found, _size):.0f}",
            shown(_to_ours(turns, name)),
        )
    return table


def _to_ours(turns: dict[str, list[dict[str, Any]]], name: str) -> float:
    return median(_cpu(turn) / _cpu(ours) for turn, ours in zip(turns[name], turns[OURS], strict=True))


def _latency(paced: dict[str, dict[str, list[dict[str, Any]]]]) -> Table:
    table = figures(
        "info() at 50 000/s, by what the intake does, in µs",
        "",
        "made",
        "p50",
        "p99",
        "p99.9",
        "max",
        "/none",
        "/healthy",
        "CPU",
        "both",
    )
    for threads, of_threads in paced.items():
        table.add_section()
        noise = f"noise {_noise(of_threads):.2f}"
        table.add_row(f"[bold]{threads} thread{'s' * (threads != '1')}", *[""] * 5, noise)
        for name, passes in of_threads.items():
            made = sum(one["calls"] for one in passes) / sum(one["due"] for one in passes)
            most = max(one["percentiles"][MOST] for one in passes)
            table.add_row(
                name,
                f"{made:.0%}",
                *(_microseconds(_percentile(passes, which)) for which in (P50, P99, P999)),
                _microseconds(most),
                *(f"{_slower(of_threads, name, base):.2f}" for base in (NONE, HEALTHY)),
                f"{_median(passes, lambda one: one['cpu'] / one['seconds']):.2f}",
                f"{_median(passes, _both):.2f}",
            )
    return table


def _both(one: dict[str, Any]) -> float:
    return float((one["cpu"] + one["intake"]["cpu"]) / one["seconds"])


def _median(found: list[dict[str, Any]], figure: Figure) -> float:
    return median(map(figure, found))


def _percentile(passes: list[dict[str, Any]], which: int) -> float:
    return _median(passes, lambda one: one["percentiles"][which])


def _slower(of_threads: dict[str, list[dict[str, Any]]], name: str, base: str) -> float:
    return _percentile(of_threads[name], P99) / _percentile(of_threads[base], P99)


def _noise(of_threads: dict[str, list[dict[str, Any]]]) -> float:
    found = [[one["percentiles"][P99] for one in passes] for passes in of_threads.values()]
    return float(max(max(times) / min(times) for times in found))


def _memory(outage: dict[str, Any]) -> Table:
    table = figures("a day without the intake, in MiB of resident memory", "", "MiB", "")
    first, day, end = outage["first"], outage["day"], outage["end"]
    accepted, refused = day["accepted"] - first["accepted"], day["refused"] - first["refused"]
    for what, mib, more in (
        ("before", outage["before"], "after the first delivery"),
        (
            "during, the most of a minute",
            max(outage["during"]),
            f"{outage['requests']} requests, all refused",
        ),
        ("during, at the end", outage["during"][-1], f"{day['waiting'] / 2**20:.0f} MiB wait"),
        ("after", outage["after"], f"all was delivered, in {outage['seconds']:.1f} s"),
        (
            "the most at any time",
            _peak(outage),
            f"{_thousands(accepted)} recorded, {_thousands(refused)} refused",
        ),
    ):
        table.add_row(what, f"{mib:.1f}", more)
    assert end["waiting"] == 0
    return table


def _peak(outage: dict[str, Any]) -> float:
    """Return the most MiB that the process ever had. Linux has counted it, in KiB; others have not."""
    return float(max(outage["end"]["peak"] / 2**10, *outage["during"], outage["after"]))


def _microseconds(time: float) -> str:
    return f"{time:.1f}" if time < 100 else _thousands(time)


def _thousands(count: float) -> str:
    return f"{count:,.0f}".replace(",", " ")


def _targets(results: dict[str, Any]) -> Table:
    table = figures("what it was to be", "target", "measured", "result")
    for what, measured, met in _held(results):
        table.add_row(what, measured, "[green]met" if met else "[bold red]missed")
    return table


def _held(results: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield each target, what was measured, and whether it was met."""
    turns, paced, outage = results["turns"], results["paced"], results["outage"]
    for name in (OFFICIAL, SINGLY):
        ratio = _to_ours(turns, name)
        yield f"≥ 10 times as fast as {ENTRIES[name].shown}", shown(ratio), ratio >= 10
    rate = 1e6 / _median(turns[OURS], _cpu)
    yield "≥ 100 000 events/s on one core, gzip", _thousands(rate), rate >= 100_000
    most = max(_percentile(passes, P99) / 1e3 for passes in paced["64"].values())
    yield "64 threads at 50 000/s: p99 ≤ 10 ms, whatever the intake does", f"{most:.2f} ms", most <= 10
    for name in (HUNG, REFUSING):
        ratios = [(_slower(each, name, HEALTHY), _noise(each)) for each in paced.values()]
        measured = "  ".join(f"{ratio:.2f}" for ratio, _ in ratios)
        yield f"{name}: p99 as with a healthy one, but for noise", measured, all(r <= n for r, n in ratios)
    growth = _peak(outage) - outage["before"]
    yield "memory grows by < 20 MiB through a day's outage", f"{growth:.1f} MiB", growth < 20
