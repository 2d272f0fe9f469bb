"""A status as people read it. Whatever a name or a state holds, it is shown as text."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from telemetry_events.cli.quantity import count_of, short_age, short_bytes, short_count
from telemetry_events.cli.shipper_files import ShipperFile
from telemetry_events.cli.status_reading import Status
from telemetry_events.cli.visible import visible
from telemetry_events.delivery import Counters

__all__ = ["print_status"]

# So many shippers, shippers that are gone, and emitters are shown, and of the others their sum.
MOST = 20
MOST_GONE = 5
# Columns of a pipe or a file, which has no width.
WIDE = 160


def print_status(status: Status, alarms: Iterable[str]) -> None:
    """Print a status on standard output, as wide as the terminal; in a pipe as wide as it takes."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    parts: list[RenderableType] = []
    if status.shippers:
        parts += [_shippers(status.shippers), ""]
    if status.emitters:
        parts += [_emitters(status), ""]
    parts += [Text(line) for line in _sums(status)]
    parts += [Text(visible(f"alarm: {each}"), style="bold red") for each in alarms]
    console.print(Group(*parts))


def _shippers(shippers: list[ShipperFile]) -> Table:
    table = _table("shipper")
    table.add_column("state", overflow="fold", min_width=10)
    for name in ("accepted", "delivered", "retried", "quarantined", "refused", "bytes", "lag"):
        table.add_column(name, justify="right", no_wrap=True)
    running = [each for each in shippers if each.is_running]
    gone = [each for each in shippers if not each.is_running]
    for each in running[:MOST] + gone[:MOST_GONE]:
        table.add_row(
            str(each.pid),
            _state(each),
            *_counts(each.counters),
            short_age(each.counters.lag),
            style="" if each.is_running else "dim",
        )
    if more := running[MOST:] + gone[MOST_GONE:]:
        counts = _counts(_sum([each.counters for each in more]))
        table.add_row("others", f"{short_count(len(more))} of them", *counts, "", style="dim")
    return table


def _state(shipper: ShipperFile) -> Text:
    """Return what a shipper does, or what has hindered one that is gone."""
    state = visible(shipper.counters.state)
    if state == "delivering":
        return Text(state, style="green") if shipper.is_running else Text("gone")
    return Text(
        state if shipper.is_running else f"gone; {state}", style="red" if shipper.is_held else "yellow"
    )


def _sum(counters: list[Counters]) -> Counters:
    return Counters(
        accepted=sum(each.accepted for each in counters),
        refused=sum(each.refused for each in counters),
        delivered=sum(each.delivered for each in counters),
        retried=sum(each.retried for each in counters),
        quarantined=sum(each.quarantined for each in counters),
        bytes=sum(each.bytes for each in counters),
    )


def _counts(counters: Counters) -> list[str]:
    return [
        *map(
            short_count,
            (
                counters.accepted,
                counters.delivered,
                counters.retried,
                counters.quarantined,
                counters.refused,
            ),
        ),
        short_bytes(counters.bytes),
    ]


def _emitters(status: Status) -> Table:
    table = _table("folder")
    table.add_column("process", no_wrap=True)
    for name in ("records", "waiting", "oldest"):
        table.add_column(name, justify="right", no_wrap=True)
    found = sorted(status.emitters, key=lambda each: -each.waiting.bytes)
    for each in found[:MOST]:
        table.add_row(
            visible(each.waiting.folder.name),
            {True: "alive", False: "dead", None: "unknown"}[each.is_alive],
            short_count(each.waiting.records),
            short_bytes(each.waiting.bytes),
            short_age(each.age(status.now)) if each.waiting.records else "-",
            style="" if each.waiting.records else "dim",
        )
    if more := found[MOST:]:
        table.add_row(
            f"{short_count(len(more))} others",
            "",
            short_count(sum(each.waiting.records for each in more)),
            short_bytes(sum(each.waiting.bytes for each in more)),
            short_age(max(each.age(status.now) for each in more)),
            style="dim",
        )
    return table


def _sums(status: Status) -> Iterable[str]:
    journals, quarantine = status.journals, status.quarantine
    if journals.records:
        age = f", the oldest for {short_age(status.lag)}"
        yield f"{count_of(journals.records, 'record')} to deliver, {short_bytes(journals.bytes)}{age}"
    else:
        yield "nothing waits to be delivered"
    alone = [each for each in status.emitters if each.waiting.records and each.is_claimed is False]
    if alone:
        yield f"nobody delivers from {len(alone)} of these folders now"
    if quarantine.bytes:
        reasons = ", ".join(f"{visible(why)}: {count}" for why, count in quarantine.records.items())
        total = count_of(quarantine.records.total(), "record")
        yield f"{total} in quarantine, {short_bytes(quarantine.bytes)} ({reasons})"
    if status.skipped:
        yield f"{count_of(status.skipped, 'file or folder', 'files or folders')} skipped: not a journal's"


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True, header_style="bold")
    table.add_column(first, overflow="fold", min_width=7)
    return table
