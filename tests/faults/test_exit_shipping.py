"""Programs end in many ways, with the intake well or hung (F21)."""

import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from time import monotonic

import pytest
from faults.heirs import finish
from faults.judge import judge, noted
from faults.oracle import Oracle, accept, answer
from faults.processes import kill, said, start
from faults.responses import hang
from faults.scale import times

# Seconds that an exit may take, the interpreter's own end included.
SOON = 8
WAYS = [
    "normal",
    "sys-exit",
    "error",
    "os-exit",
    "thread",
    "atexit",
    "atexit-late",
    "daemon",
    "del",
    "close",
    "term",
]
HUNG = ["normal", "daemon", "close", "error", "thread", "atexit"][: times(3, 6)]
STATUS = {"sys-exit": 5, "error": 1, "term": -signal.SIGTERM}
# All was delivered when these have ended, if the intake is well.
DELIVERED = {"normal", "sys-exit", "error", "thread", "atexit"}


def end(tmp_path: Path, oracle: Oracle, way: str) -> tuple[float, str]:
    """Have a program end, and return how many seconds that has taken, and what it has complained of."""
    program = start("exits.py", tmp_path / "journals", tmp_path / "notes", oracle.url, way, stderr=PIPE)
    assert said(program) == "logged"
    begin = monotonic()
    try:
        if way == "term":
            program.terminate()
        output, complaints = program.communicate(b"\n", timeout=2 * SOON)
    except TimeoutExpired:
        kill(program)
        raise AssertionError("it does not end") from None
    assert not output
    assert program.returncode == STATUS.get(way, 0), complaints
    return monotonic() - begin, complaints.decode()


@pytest.mark.parametrize("way", WAYS)
def test_with_the_intake_well(
    tmp_path: Path, oracle: Oracle, way: str, tally: Callable[[str, int], None]
) -> None:
    """A program that ends in order has delivered what it had recorded; any other's is delivered later."""
    seconds, complaints = end(tmp_path, oracle, way)
    assert seconds < SOON
    assert "telemetry" not in complaints
    assert ("RuntimeError: as it happens" in complaints) is (way == "error")
    accepted = noted(tmp_path / "notes")
    in_flight = way == "daemon"  # a thread that has stopped within its call
    before = judge(accepted, oracle, tmp_path / "journals", in_flight=in_flight).hold()
    assert before.waiting == 0 or way not in DELIVERED
    assert before.accepted >= (3 if way == "term" else 6)
    crashes = way in ("os-exit", "term", "daemon", "del", "close", "atexit-late")
    verdict = finish(accepted, oracle, tmp_path / "journals", in_flight=in_flight, crashes=crashes)
    tally("exits", 1)
    tally("accepted", verdict.accepted)


@pytest.mark.parametrize("way", HUNG)
def test_with_the_intake_hung(
    tmp_path: Path, oracle: Oracle, way: str, tally: Callable[[str, int], None]
) -> None:
    """A program ends soon though its intake does not answer, and what it had recorded is delivered later."""
    oracle.usually = hang()
    seconds, complaints = end(tmp_path, oracle, way)
    # A handler that was closed has nothing to wait for any more.
    assert seconds < (SOON / 2 if way == "close" else SOON)
    assert ("Traceback" in complaints) is (way == "error")
    assert not oracle.lines
    oracle.usually = accept
    verdict = finish(noted(tmp_path / "notes"), oracle, tmp_path / "journals", in_flight=1)
    tally("exits", 1)
    tally("accepted", verdict.accepted)


def test_with_the_intake_unwell(tmp_path: Path, oracle: Oracle) -> None:
    """A program that ends does not wait for an intake that has asked for time, and loses nothing."""
    oracle.usually = answer(503, "Retry-After: 60")
    seconds, _ = end(tmp_path, oracle, "normal")
    assert seconds < SOON
    oracle.usually = accept
    finish(noted(tmp_path / "notes"), oracle, tmp_path / "journals")
