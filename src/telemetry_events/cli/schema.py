"""`telemetry-events schema`: checks a schema of events, and its history."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from telemetry_events.errors import TelemetryError
from telemetry_events.schema.compat import compare
from telemetry_events.schema.image import read_image
from telemetry_events.schema.lint import lint
from telemetry_events.schema.model import Schema
from telemetry_events.schema.rule import Problem

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check a schema of events.", rich_markup_mode=None)


@app.command("lint")
def lint_image(
    image: Annotated[
        Path, typer.Argument(metavar="IMAGE", help="The schema, as `buf build -o image.binpb` writes it.")
    ],
) -> None:
    """Check that a schema keeps the rules of docs/schema-rules.md.

    Prints a line for each problem. The exit status is 0 when there is none, 1 when there is one, 2
    when the image cannot be read.
    """
    schema = _read(image)
    if not any(message.comment for message in schema.messages):
        _stop(f"{image}: the image has no comments; build it without --exclude-source-info")
    _report(schema, lint(schema))


@app.command("compat")
def compare_images(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The schema as it was released.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The schema as it is to be.")],
) -> None:
    """Check that a new schema breaks nothing that the old one promised.

    Run it beside `buf breaking`, which sees what this does not. Prints a line for each problem. The exit
    status is 0 when there is none, 1 when there is one, 2 when an image cannot be read.
    """
    before, after = _read(old), _read(new)
    _report(after, compare(before, after))


def _read(image: Path) -> Schema:
    try:
        schema = read_image(image).of_events()
    except TelemetryError as error:
        _stop(str(error))
    if not schema.messages:
        _stop(f"{image}: the image has no event, which is a message whose name ends in Event")
    return schema


def _report(schema: Schema, problems: list[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem))
    fields = sum(len(message.fields) for message in schema.messages)
    found = _count(len(problems), "problem") if problems else "no problems"
    typer.echo(f"{_count(len(schema.messages), 'message')}, {_count(fields, 'field')}: {found}", err=True)
    if problems:
        raise typer.Exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _stop(problem: str) -> NoReturn:
    typer.echo(f"telemetry-events: {problem}", err=True)
    raise typer.Exit(2)
