"""A journal that this process writes, and the lines that it holds."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import telemetry_events
from telemetry_events import setup_telemetry, shutdown_telemetry, telemetry_logger

__all__ = [
    "HOSTNAME",
    "SERVICE",
    "Journal",
    "Lines",
    "envelope",
    "members",
    "reader",
    "recording",
    "restored",
    "typed",
]

SERVICE = "worker"
HOSTNAME = "pod-7"
Lines = Callable[[], list[bytes]]


class Journal(NamedTuple):
    """A journal that was set up: its directory, and what returns the lines that came since the last call."""

    directory: Path
    lines: Lines

    def records(self) -> list[dict[str, Any]]:
        """Return the records that came since the last call."""
        return [members(line) for line in self.lines()]


def reader(directory: Path) -> Lines:
    """Return what returns the lines that came into a directory since the last call."""
    seen: dict[Path, int] = {}

    def lines() -> list[bytes]:
        found: list[bytes] = []
        for file in sorted(directory.glob("*/*.jsonl")):
            with file.open("rb") as segment:
                segment.seek(seen.get(file, 0))
                text = segment.read()
            seen[file] = seen.get(file, 0) + len(text)
            *whole, rest = text.split(b"\n")
            assert rest == b""
            found += [line + b"\n" for line in whole]
        return found

    return lines


def members(line: bytes) -> dict[str, Any]:
    """Read a line, in which no name may occur twice."""
    pairs: list[tuple[str, Any]] = json.loads(line, object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs)
    return dict(json.loads(line))


def typed(message: Any) -> Any:
    """Return one of Google's messages as one of ours."""
    return getattr(telemetry_events, message.DESCRIPTOR.name).parse(message.SerializeToString())


def envelope(line: bytes) -> dict[str, Any]:
    """Return the members of a line's envelope that nobody can know before."""
    found = members(line)
    return {name: found[name] for name in ("emitter", "seq", "timestamp")} | {
        "ddsource": SERVICE,
        "hostname": HOSTNAME,
        "service": SERVICE,
    }


@contextmanager
def restored() -> Iterator[None]:
    """Have the logger within a block as a new process has it, and as it was behind the block."""
    logger = telemetry_logger
    before = logger.handlers, logger.filters, logger.propagate, logger.disabled, logger.level
    logger.handlers, logger.filters = [logging.NullHandler()], []
    logger.propagate = logger.disabled = False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        shutdown_telemetry()
        logger.handlers, logger.filters, logger.propagate, logger.disabled, level = before
        logger.setLevel(level)
        logging.disable(logging.NOTSET)


@contextmanager
def recording(directory: Path, **options: Any) -> Iterator[Journal]:
    """Record what this process logs within a block."""
    with restored():
        setup_telemetry(**{"service": SERVICE, "hostname": HOSTNAME, "directory": directory} | options)
        yield Journal(directory, reader(directory))
