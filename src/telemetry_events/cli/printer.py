"""Prints entries: as they are, or for people; on a terminal in colour, and no wider than it is."""

import os
import stat
import sys
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.text import Text

from telemetry_events.cli.entry import Entry
from telemetry_events.cli.human import Layout
from telemetry_events.cli.visible import visible_json

__all__ = ["printer", "reader_of_output"]

Print = Callable[[Entry], None]


def printer(layout: Layout | None) -> Callable[[Iterable[Entry]], None]:
    """Return what prints entries on standard output, and has them seen at once.

    `layout` is for people. Without it each line is printed as it is: byte for byte, but on a terminal,
    which would obey some of the characters that may stand in JSON. It is given their escapes, which
    read as the same.
    """
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")  # what its encoding lacks is shown too
    if sys.stdout.isatty():
        one = _coloured(layout) if layout else _escaped
    else:
        one = _plain(layout) if layout else _raw

    def print_all(entries: Iterable[Entry]) -> None:
        for entry in entries:
            one(entry)
        sys.stdout.flush()

    return print_all


def reader_of_output() -> int | None:
    """Return the descriptor of standard output where it is a pipe, whose reader may go away."""
    try:
        fd = sys.stdout.fileno()
        mode = os.fstat(fd).st_mode
    except OSError:  # no file at all
        return None
    return fd if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


def _raw(entry: Entry) -> None:
    sys.stdout.buffer.write(entry.raw + b"\n")


def _escaped(entry: Entry) -> None:
    sys.stdout.write(visible_json(entry.raw.decode(errors="backslashreplace")) + "\n")


def _plain(layout: Layout) -> Print:
    def print_plain(entry: Entry) -> None:
        for pieces in layout.lines(entry):
            sys.stdout.write("".join([text for text, _ in pieces]) + "\n")

    return print_plain


def _coloured(layout: Layout) -> Print:
    console = Console(highlight=False, markup=False, emoji=False)

    def print_coloured(entry: Entry) -> None:
        for pieces in layout.lines(entry):
            line = Text.assemble(*pieces)
            line.truncate(console.width, overflow="ellipsis")
            console.print(line, no_wrap=True)

    return print_coloured
