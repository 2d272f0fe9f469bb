"""`telemetry-events validate`: checks JSON lines against a schema, and prints no value of them."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.text import Text

from telemetry_events.cli.visible import visible
from telemetry_events.errors import TelemetryError
from telemetry_events.schema.image import read_image
from telemetry_events.schema.lint import lint
from telemetry_events.schema.model import Schema
from telemetry_events.schema.shipped import shipped_schema
from telemetry_events.validation.fault import Problem
from telemetry_events.validation.lines import LineFile, find_segments
from telemetry_events.validation.validator import Validator

__all__ = ["validate"]

# Bytes. What is smaller is read before a bar would be seen.
WORTH_A_BAR = 8_000_000

Show = Callable[[str], None]


@dataclass
class Report:
    """What was found: `problems` by check, and how many `notes`. It prints the first `limit` of both."""

    show: Show
    limit: int
    problems: Counter[str] = field(default_factory=Counter[str])
    notes: int = 0

    def add(self, problem: Problem) -> None:
        """Count a problem, and print it if it is one of the first."""
        if problem.note:
            self.notes += 1
        else:
            self.problems[problem.check] += 1
        if self.problems.total() + self.notes <= self.limit:
            self.show(visible(str(problem)))

    def sum_up(self, records: int, files: int) -> None:
        """Say on standard error how many records there were, and how many problems of which kind."""
        total = self.problems.total()
        found = _count(total, "problem") if total else "no problems"
        notes = f", {_count(self.notes, 'note')}" if self.notes else ""
        hidden = total + self.notes - self.limit
        left = f" ({hidden} not shown)" if hidden > 0 else ""
        _say(f"{_count(records, 'record')} in {_count(files, 'file')}: {found}{notes}{left}")
        for check, times in sorted(self.problems.items(), key=lambda item: (-item[1], item[0])):
            _say(f"{times:>8}  {check}")


def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="JSON lines, also as .gz; a journal's folder; - is standard input."
        ),
    ],
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="IMAGE", help="Know the events of this schema too, as `buf build -o IMAGE` writes it."
        ),
    ] = None,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Demand canonical JSON, byte for byte.")
    ] = False,
    max_problems: Annotated[
        int, typer.Option(metavar="N", min=0, help="Print the first N problems, and count the others.")
    ] = 1000,
) -> None:
    """Check JSON lines from any source against the schema.

    A line is a record, an event alone, or a log as Datadog exports it. Prints a line for each problem,
    with names, types and places but without values. The exit status is 0 when there is none, 1 when
    there is one, 2 when something cannot be read.
    """
    validator = Validator(_schemas(schema), canonical=canonical)
    unreadable: list[TelemetryError] = []

    def skip(error: TelemetryError) -> None:
        unreadable.append(error)
        _say(f"telemetry-events: {visible(str(error))}")

    inputs = [each for path in files for each in _inputs(path, skip)]
    sizes = [each.size for each in inputs]
    with _bar(sum(size or 0 for size in sizes) if None not in sizes else 0) as (show, advance):
        report = Report(show, max_problems)
        for each in inputs:
            try:
                for problem in validator.check_file(each, advance):
                    report.add(problem)
            except TelemetryError as error:
                skip(error)
        for problem in validator.check_gaps():
            report.add(problem)
    report.sum_up(validator.records, validator.files)
    if unreadable or report.problems:
        raise typer.Exit(2 if unreadable else 1)


def _inputs(path: Path, skip: Callable[[TelemetryError], None]) -> list[LineFile]:
    """Return what there is to read: a file, or the segments in a folder."""
    if os.path.isdir(path):  # noqa: PTH112 (which does not raise where one may not look)
        return find_segments(path, skip)
    return [LineFile(path)]


def _schemas(image: Path | None) -> list[Schema]:
    """Return the schemas that say what a line must be: the package's own, and the user's."""
    if image is None:
        return [shipped_schema()]
    try:
        theirs = read_image(image).of_events()
    except TelemetryError as error:
        _stop(str(error))
    if not any(message.is_event for message in theirs.messages):
        _stop(f"{image}: the image has no event, which is a message whose name ends in Event")
    if problem := next((each for each in lint(theirs) if each.rule != "documented"), None):
        _stop(f"{image}: the schema breaks a rule: {problem}")
    return [shipped_schema(), theirs]


@contextmanager
def _bar(size: int) -> Generator[tuple[Show, Callable[[int], None]]]:
    """Show how much of `size` bytes was read, where somebody watches and there is enough to read.

    Yields what prints a line on standard output, and what is told how many bytes were read.
    """
    console = Console(stderr=True)
    if size < WORTH_A_BAR or not console.is_terminal:
        yield typer.echo, lambda _: None
        return
    columns = BarColumn(bar_width=None), DownloadColumn(), TimeRemainingColumn()
    # Standard output may be a file, and so is not the bar's to redirect; on a terminal they take turns.
    shared = sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=size)

        def show(line: str) -> None:
            if shared:
                progress.console.print(Text(line), soft_wrap=True)
            else:
                typer.echo(line)

        yield show, lambda count: progress.advance(task, count)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _stop(problem: str) -> NoReturn:
    _say(f"telemetry-events: {visible(problem)}")
    raise typer.Exit(2)
