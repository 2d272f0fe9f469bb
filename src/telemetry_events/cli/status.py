"""`telemetry-events status`: what waits, what was delivered and what is wrong; only reads."""

from json import dumps
from pathlib import Path
from time import time
from typing import Annotated

import typer

from telemetry_events.cli.default_directory import default_directory
from telemetry_events.cli.status_reading import read_status
from telemetry_events.cli.status_table import print_status
from telemetry_events.cli.visible import visible, visible_json
from telemetry_events.cli.waiting import misplaced

__all__ = ["status"]


def status(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", readable=False, help="The directory that journals' folders lie in."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    max_lag: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, help="Alarm when the oldest record waits for longer."),
    ] = None,
) -> None:
    """Show what waits to be delivered, and what is wrong.

    Without DIR it is TELEMETRY_EVENTS_DIR, else XDG_STATE_HOME/telemetry-events, else
    ~/.local/state/telemetry-events. Reads, and changes nothing. The exit status is 0 when all is
    well, 1 for an alarm: records are in quarantine, delivery is held until somebody does something,
    or a record waits for longer than --max-lag; 2 when something cannot be read.
    """
    place = directory or default_directory()
    try:
        found = read_status(place, time())
    except OSError as error:
        _say(f"{place}: {error.strerror}")
        raise typer.Exit(2) from None
    if not found.emitters and (problem := misplaced(place)):
        _say(f"{place}: {problem}")
        raise typer.Exit(2)
    alarms = list(found.alarms(max_lag))
    if json:
        typer.echo(visible_json(dumps(found.as_json(alarms))))
    else:
        print_status(found, alarms)
    for line in found.journals.unreadable:
        _say(line)
    if found.journals.unreadable or alarms:
        raise typer.Exit(2 if found.journals.unreadable else 1)


def _say(line: str) -> None:
    typer.echo(f"telemetry-events: {visible(line)}", err=True)
