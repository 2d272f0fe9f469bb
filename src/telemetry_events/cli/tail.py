"""`telemetry-events tail`: shows records as they are written."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated

import typer

from telemetry_events.cli.backlog import all_of, last_of
from telemetry_events.cli.default_directory import default_directory
from telemetry_events.cli.entry import Filter, read_entry, rfc3339
from telemetry_events.cli.follow import Sources, wait
from telemetry_events.cli.human import Layout
from telemetry_events.cli.printer import printer, reader_of_output
from telemetry_events.cli.since import read_since
from telemetry_events.cli.visible import visible
from telemetry_events.schema.shipped import shipped_schema

__all__ = ["tail"]

LINES = 10


class Status(StrEnum):
    """The five statuses, as an option takes them."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    CRITICAL = "critical"


def _remark(line: str) -> None:
    """Say something on standard error."""
    typer.echo(f"telemetry-events: {visible(line)}", err=True)


class _Teller:
    """Says on standard error what cannot be read, each thing once. `told` is whether there was any."""

    def __init__(self) -> None:
        self._lines: set[str] = set()

    @property
    def told(self) -> bool:
        return bool(self._lines)

    def __call__(self, line: str) -> None:
        if line not in self._lines:
            self._lines.add(line)
            _remark(line)


def tail(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="DIR|FILE", help="Folders with journals, JSON lines; - is standard input."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for more, or stop.")] = True,
    lines: Annotated[
        int | None,
        typer.Option(
            "--lines",
            "-n",
            metavar="N",
            min=0,
            help="Begin with the last N records; 10 unless told, all with --no-follow or --since.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print each line as it is.")] = False,
    event: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only events of this name; may be repeated.")
    ] = None,
    status: Annotated[Status | None, typer.Option(help="Only this status, or a more severe one.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only what came since; RFC 3339, or 15m, 2h, 1d for that long ago."
        ),
    ] = None,
) -> None:
    """Show records as they are written.

    A folder stands for the journals of all processes in it. Without a path it is
    TELEMETRY_EVENTS_DIR, else XDG_STATE_HOME/telemetry-events, else
    ~/.local/state/telemetry-events.
    """
    say = _Teller()
    layout = Layout(shipped_schema())
    start = _moment(since)
    wanted = Filter(frozenset(event or ()), status or "", rfc3339(start) if start else "")
    _warn_of_unknown(wanted.events, layout)
    show = printer(None if json else layout)
    places = paths or [str(default_directory())]
    sources = Sources(places, say, follow=follow)
    sources.look()
    for path in sources.missing:
        if follow:
            _remark(f"{path}: not there yet, waiting")
        else:
            say(f"{path}: No such file or directory")
    if not sources.streams and not sources.missing and not say.told:
        for path in places:
            _remark(f"{path}: no records yet")
    with _quiet_end(sources):
        if lines is None and (start or not follow):
            for stream in sources.streams if start else ():
                stream.skip_older(start.timestamp() if start else 0)
            show(all_of(sources.streams, wanted))
        else:
            show(last_of(sources.streams, LINES if lines is None else lines, wanted))
        while follow and not sources.ended:
            wait(sources.pipes(), reader_of_output())
            show(all_of(sources.grown(), wanted))
        rests = [read_entry(rest) for stream in sources.streams if (rest := stream.rest())]
        show(filter(wanted.wants, rests))
    if say.told and not follow:
        raise typer.Exit(2)


@contextmanager
def _quiet_end(sources: Sources) -> Generator[None]:
    """Say at the end what was left out, also after Ctrl-C; end without a word where nobody reads any more."""
    try:
        yield
    except BrokenPipeError:
        # What is still to be flushed goes nowhere, so that the interpreter does not trip over it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        if sources.torn:
            count = f"{sources.torn} line{'' if sources.torn == 1 else 's'}"
            _remark(f"{count} cut off at the end of a segment, and not shown")


def _moment(since: str | None) -> datetime | None:
    if since is None:
        return None
    try:
        return read_since(since, datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


def _warn_of_unknown(events: frozenset[str], layout: Layout) -> None:
    """Say which events the package's schema does not have: a user's own may."""
    for name in sorted(events - set(layout.events)):
        near = get_close_matches(name, layout.events, 1)
        meant = f"; did you mean `{near[0]}`?" if near else ", but may be one of another"
        _remark(f"`{name}` is no event of the package's schema{meant}")
