"""The application: its commands, its groups of commands, and what stands before them."""

from importlib.metadata import version
from typing import Annotated

import typer

from telemetry_events.cli import schema
from telemetry_events.cli.ship import ship
from telemetry_events.cli.status import status
from telemetry_events.cli.tail import tail
from telemetry_events.cli.validate import validate

__all__ = ["app"]

# Plain help and plain errors: they read the same on a terminal, in a pipe and in a log.
app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.command("tail")(tail)
app.command("validate")(validate)
app.command("ship")(ship)
app.command("status")(status)
app.add_typer(schema.app, name="schema")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"telemetry-events {version('telemetry-events')}")
        raise typer.Exit


@app.callback()
def telemetry_events(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Telemetry events: watch them, deliver them, and check them and their schema."""
