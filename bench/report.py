"""Prints what `make bench` measured: medians in microseconds, and ratios within the one run."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

LEGEND = """\
Medians of one run; ratios within a turn. Every figure holds the call itself:
one that does nothing takes {:.2f} µs.
plain   a dataclass without checks           floor   orjson.dumps, ready dict
keyed   canonical_json with a redaction key  orjson  orjson.dumps of plain
json    json.dumps of plain's asdict         google  protobuf's MessageToJson
proto2  betterproto2's to_json               all times are in build/bench.json"""
BASE = {"construct": "plain", "encode": "floor"}

# The microseconds that each contender took in each turn, for one event on one path.
Turns = dict[str, list[float]]
Results = dict[str, dict[str, Turns]]


def main(results: Path) -> None:
    """Print a table for each path that the file of results has."""
    console = Console(width=80)
    found = _read(results)
    nothing = median(median(turns.pop("nothing")) for events in found.values() for turns in events.values())
    for path, events in found.items():
        console.print(_table(path, events))
    console.print(LEGEND.format(nothing), highlight=False)


def _read(results: Path) -> Results:
    found: Results = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for each in json.loads(results.read_text())["benchmarks"]:
        info = each["extra_info"]
        found[info["path"]][info["event"]][info["contender"]].append(each["stats"]["median"] * 1e6)
    return found


def _table(path: str, events: dict[str, Turns]) -> Table:
    base = BASE[path]
    others = [who for who in next(iter(events.values())) if who != base]
    ratios = {event: _ratios(turns, base) for event, turns in events.items()}
    table = figures(f"{path}: µs of {base}, and the others as multiples of it", "event", base, *others)
    for event, turns in sorted(events.items()):
        table.add_row(
            event.removesuffix("Event"),
            f"{median(turns[base]):.2f}",
            *(shown(ratios[event][who]) for who in others),
        )
    table.add_section()
    middle = median(median(turns[base]) for turns in events.values())
    ratio = (median(each[who] for each in ratios.values()) for who in others)
    table.add_row("median of the events", f"{middle:.2f}", *map(shown, ratio))
    return table


def figures(title: str, what: str, *columns: str) -> Table:
    """Return an empty table: what each row is of, and a column for each of its figures."""
    table = Table(title=title, box=SIMPLE, padding=(0, 1), pad_edge=False)
    table.add_column(what, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def shown(ratio: float) -> str:
    """Return a ratio with the digits that mean something."""
    return f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"


def _ratios(turns: Turns, base: str) -> dict[str, float]:
    return {
        who: median(time / floor for time, floor in zip(times, turns[base], strict=True))
        for who, times in turns.items()
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
