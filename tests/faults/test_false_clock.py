"""Processes whose wall clock is wrong, or is put right while they wait (F17). That of the oracle is right."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from faults.heirs import finish
from faults.judge import noted
from faults.oracle import Oracle, accept, answer
from faults.processes import DEADLINE, eventually, kill, said, start

HOUR = 3600
DAY = 24 * HOUR


class Clock:
    """The wall clock of a program, so many seconds off. Its monotonic one is the machine's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)
        library = subprocess.check_output(["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"], text=True)
        self.environment = {
            **os.environ,
            "LD_PRELOAD": library.strip(),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, seconds: int) -> None:
        """Be so many seconds off from now on."""
        anew = self._file.with_suffix(".new")
        anew.write_text(f"{seconds:+d}\n")
        anew.rename(self._file)


class Program:
    """A program that logs when it is told to. It has logged one event when its clock begins to be off.

    By then its folder is there: a folder's own time is the machine's, and one without a segment that looks a
    day old may be taken for what a crash has left.
    """

    def __init__(self, tmp_path: Path, oracle: Oracle, ship: str, seconds: int) -> None:
        self.clock = Clock(tmp_path / "clock")
        where = tmp_path / "journals", tmp_path / "notes"
        self.process = start("on_demand.py", *where, oracle.url, ship, env=self.clock.environment)
        try:
            self.log(1)
            eventually(lambda: ship == "none" or len(oracle.lines) == 1)
        except BaseException:
            kill(self.process)
            raise
        self.clock.set(seconds)

    def log(self, count: int) -> None:
        """Have it log some events."""
        assert self.process.stdin
        self.process.stdin.write(b"%d\n" % count)
        self.process.stdin.flush()
        assert said(self.process) == "logged"

    def end(self) -> None:
        """Have it deliver, and end."""
        assert self.process.communicate(timeout=DEADLINE)[0] == b"delivered\n"


@pytest.fixture
def program(tmp_path: Path, oracle: Oracle) -> Iterator[Callable[[str, int], Program]]:
    """Start a program whose clock is so many seconds off."""
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    made: list[Program] = []

    def make(ship: str, seconds: int) -> Program:
        made.append(Program(tmp_path, oracle, ship, seconds))
        return made[-1]

    yield make
    for each in made:
        kill(each.process)


def off(line: bytes, name: str = "timestamp") -> int:
    """Return by how many days a time is off; it is so to the hour."""
    then = datetime.fromisoformat(orjson.loads(line)[name])
    seconds = (then - datetime.now(UTC)).total_seconds()
    days = round(seconds / DAY)
    assert abs(seconds - days * DAY) < HOUR / 2
    return days


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_jumps_by_a_day(
    days: int, program: Callable[[str, int], Program], tmp_path: Path, oracle: Oracle
) -> None:
    """Where nothing tells it so, the process delivers what it has written, with the time that it has."""
    running = program("thread", days * DAY)
    running.log(10)
    eventually(lambda: len(oracle.lines) == 11)
    running.end()

    accepted = noted(tmp_path / "notes")
    assert oracle.lines == accepted
    assert [off(line) for line in accepted.values()] == [0] + [days] * 10
    finish(accepted, oracle, tmp_path / "journals")


@pytest.mark.parametrize("days", [1, -1])
def test_what_was_written_by_a_clock_that_is_off(
    days: int, program: Callable[[str, int], Program], tmp_path: Path, oracle: Oracle
) -> None:
    """A shipper whose clock is right gives it the time of sending, and keeps the other beside it."""
    running = program("none", days * DAY)
    running.log(10)
    running.end()

    accepted = noted(tmp_path / "notes")
    finish(accepted, oracle, tmp_path / "journals")
    assert [off(line) for line in oracle.lines.values()] == [0] * 11
    assert [off(line, "event_time") for line in list(oracle.lines.values())[1:]] == [days] * 10


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_is_put_right_during_a_backoff(
    days: int, program: Callable[[str, int], Program], tmp_path: Path, oracle: Oracle
) -> None:
    """The wait ends when it would have; then all is sent with times that are right for the intake."""
    running = program("thread", days * DAY)
    oracle.usually = answer(503, "Retry-After: 1")
    running.log(10)
    eventually(lambda: oracle.statuses[503])
    running.clock.set(0)
    running.log(10)
    oracle.usually = accept
    eventually(lambda: len(oracle.lines) == 21)
    running.end()

    accepted = noted(tmp_path / "notes")
    assert [off(line) for line in accepted.values()] == [0] + [days] * 10 + [0] * 10
    assert [off(line) for line in oracle.lines.values()] == [0] * 21
    changed = {key for key, line in oracle.lines.items() if line != accepted[key]}
    assert changed == {key for key, line in accepted.items() if off(line) == days}
    finish(accepted, oracle, tmp_path / "journals")
