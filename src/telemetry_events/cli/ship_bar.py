"""The bar that shows how much of a backlog was delivered."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from telemetry_events.cli.quantity import short_count
from telemetry_events.cli.visible import visible
from telemetry_events.delivery import Counters

__all__ = ["bar"]

# Characters of the reason why nothing is delivered, of which there may be more.
REASON = 30


@contextmanager
def bar(
    size: int, counters: Counters, is_through: Callable[[], bool]
) -> Generator[Callable[[], bool] | None]:
    """Show on a terminal how much of `size` bytes was delivered, by its counters, until it is through.

    Yields what is to be called every now and then, and returns whether it is to be called again; nothing
    where there is no bar. Standard error goes above the bar as long as it stands.
    """
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if not size or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None),
        DownloadColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[rate]}", markup=False, table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
    )
    with Progress(*columns, console=console, transient=True, expand=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=size, rate="")
        begun = monotonic()

        def tick() -> bool:
            if is_through():
                progress.stop()
                return False
            is_well = counters.state == "delivering"
            state = "" if is_well else visible(counters.state)
            progress.update(
                task,
                description=state if len(state) <= REASON else f"{state[: REASON - 1]}…",
                completed=min(counters.bytes, size),
                rate=f"{short_count(round(counters.delivered / max(monotonic() - begun, 0.001)))}/s",
            )
            return True

        yield tick
