"""Memory stays flat, whatever the intake does and however much waits."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faults.journals import leave, record
from faults.oracle import Oracle, Request, answer
from faults.processes import command
from faults.responses import Response, close_unread, reset_midway
from faults.scale import times

Tally = Callable[[str, int], None]
MIB = 2**20
# With a wait of up to 120 s between two tries, half of it on average, a day has 1440 of them.
ROUNDS = times(1500, 15000)
BACKLOG = times(48, 400) * MIB
# How many records memory_outage.py logs before the outage.
FIRST = 200
SECONDS = times(120, 900)


class Forgetful(Oracle):
    """An intake that counts what it accepts, and keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        # What comes once it has accepted the first records.
        self.then: list[Response] = []

    def take(self, request: Request, response: Response) -> None:
        """Count the records of a request."""
        request.status = response.status
        self.count += request.json.count(b'"seq":') if response.status == 202 else 0
        request.body = b""
        if self.count >= FIRST and self.then:
            self.script += self.then
            self.then = []


def run(program: str, *arguments: object) -> dict[str, Any]:
    """Run a program, which may take its time, and return what it has found."""
    done = subprocess.run(command(program, *arguments), stdout=subprocess.PIPE, timeout=SECONDS, check=True)
    return dict(json.loads(done.stdout))


@pytest.fixture
def forgetful() -> Iterator[Forgetful]:
    """An intake that keeps nothing."""
    with Forgetful() as oracle:
        yield oracle
        assert not oracle.faults


def test_a_day_of_an_outage(forgetful: Forgetful, tmp_path: Path, tally: Tally) -> None:
    """Through the tries of a day, with a journal that is full, the process grows by less than 20 MiB."""
    refusals = [answer(503), answer(403), reset_midway(), answer(429, "Retry-After: 120"), close_unread()]
    forgetful.then = refusals * ROUNDS
    found = run("memory_outage.py", tmp_path, forgetful.url, ROUNDS)

    assert found["delivered"]
    assert found["requests"] >= ROUNDS
    assert found["waiting"] > 5 * MIB
    assert found["refused"] > 1000
    assert found["peak"] < 20 * MIB, found
    tally("tries of an outage", found["requests"])
    tally("KiB of growth in an outage", found["peak"] // 1024)


@pytest.mark.parametrize("size", [300, 100_000])
def test_a_large_backlog(size: int, forgetful: Forgetful, tmp_path: Path, tally: Tally) -> None:
    """However much waits, what delivers it grows by no more than some requests take."""
    line = record(1, size=size)
    count = 8 * MIB // len(line)
    for number in range(1, BACKLOG // (8 * MIB) + 1):
        folder = leave(tmp_path, [line] * count, segment=number)
    found = run("memory_backlog.py", tmp_path, forgetful.url)

    assert found["is_delivered"]
    assert found["delivered"] == forgetful.count == count * (BACKLOG // (8 * MIB))
    assert not folder.exists()
    assert found["peak"] < 40 * MIB, found
    tally("MiB of backlogs", found["bytes"] // MIB)
    tally("KiB of growth for a backlog", found["peak"] // 1024)
