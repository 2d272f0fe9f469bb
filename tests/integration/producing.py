"""Processes that log, and the waiting until all that they have logged has arrived."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from integration.collector import ORIGINAL, Collector
from otlp.receiver import Arrived, Receiver

__all__ = ["DEADLINE", "await_all", "has", "lines", "produce", "written"]

PRODUCER = Path(__file__).parent / "producer.py"
# Seconds. Nothing here needs a tenth of it.
DEADLINE = 120


def produce(journals: Path, threads: int, count: int, kibibytes: int) -> "subprocess.Popen[str]":
    """Start a process that logs so often from each of its threads, in segments of so many kibibytes."""
    command = [sys.executable, str(PRODUCER), str(journals), *map(str, (threads, count, kibibytes))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def written(producers: "Iterable[subprocess.Popen[str]]") -> set[tuple[str, int]]:
    """Wait until the producers have ended, and return the identities of all that they have logged."""
    identities = set()
    for producer in producers:
        said, _ = producer.communicate(timeout=DEADLINE)
        assert producer.returncode == 0
        emitter, count = said.split()
        identities |= {(emitter, seq) for seq in range(1, int(count) + 1)}
    return identities


def await_all(receiver: Receiver, identities: set[tuple[str, int]], collector: Collector) -> None:
    """Wait until each record has arrived."""
    if not receiver.wait_for(has(identities), DEADLINE):
        missing = identities - {each.identity for each in receiver.records}
        raise AssertionError(
            f"{len(missing)} are missing, such as {min(missing)}\n{collector.said()[-3000:]}"
        )


def lines(records: Iterable[Arrived]) -> list[str]:
    """Return the lines that records were made of."""
    return [record.attributes[ORIGINAL] for record in records]


def has(identities: set[tuple[str, int]]) -> Callable[[list[Arrived]], bool]:
    """Return what tells whether each of these has arrived."""
    return lambda found: len(found) >= len(identities) and identities <= {each.identity for each in found}
