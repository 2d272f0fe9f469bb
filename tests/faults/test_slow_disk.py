"""Disks that take their time (F15): calls return, nothing is lost, and what finds no room is counted."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.families import kill_family
from faults.heirs import finish
from faults.judge import noted
from faults.oracle import Oracle, accept, answer
from faults.processes import DEADLINE, command, eventually, said

Slow = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def slow(tmp_path: Path, oracle: Oracle) -> Slow:
    """Start the program where each of some calls takes so many more milliseconds."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")

    def make(calls: str, milliseconds: int, durability: str, each: int = 5) -> "subprocess.Popen[bytes]":
        traced = ["strace", "-f", "-qq", "-o", str(tmp_path / "calls"), "-e", f"trace={calls}"]
        traced += ["-e", f"inject={calls}:delay_enter={milliseconds * 1000}"]
        program = command(
            "slow_disk.py", tmp_path / "journals", tmp_path / "notes", oracle.url, durability, each
        )
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*traced, *program], stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )

    return make


def logged(program: "subprocess.Popen[bytes]") -> int:
    """Wait until all has been logged, and return how much that is."""
    count = said(program)
    if not count:
        _, complaints = program.communicate(timeout=DEADLINE)
        assert b"Operation not permitted" in complaints, complaints.decode()
        pytest.skip("strace may not trace here")
    return int(count)


def flushed(program: "subprocess.Popen[bytes]", seconds: float = 10) -> tuple[bool, int]:
    """Have it flush, and return whether all is delivered, and how much was refused in all."""
    assert program.stdin
    program.stdin.write(b"%f\n" % seconds)
    program.stdin.flush()
    is_delivered, refused = said(program).split()
    return is_delivered == "True", int(refused)


def end(program: "subprocess.Popen[bytes]") -> None:
    """Let it end, as it should."""
    _, complaints = program.communicate(timeout=DEADLINE)
    assert program.returncode == 0, complaints.decode()


@pytest.mark.parametrize(
    ("call", "milliseconds", "durability"),
    [
        ("fdatasync", 100, "process"),
        ("fdatasync", 50, "power"),
        ("rename", 100, "process"),
        ("write", 2, "process"),
    ],
)
def test_a_slow_disk(
    call: str,
    milliseconds: int,
    durability: str,
    slow: Slow,
    tmp_path: Path,
    oracle: Oracle,
    tally: Callable[[str, int], None],
) -> None:
    """Each call of 8 threads returns, nothing is refused, and a flush delivers all that was accepted."""
    program = slow(call, milliseconds, durability)
    try:
        count = logged(program)
        assert flushed(program) == (True, 0)
        end(program)
    finally:
        kill_family(program)
    assert f" {call}(" in (tmp_path / "calls").read_text()
    accepted = noted(tmp_path / "notes")
    assert len(accepted) == count
    assert oracle.lines.keys() == accepted.keys()
    finish(accepted, oracle, tmp_path / "journals")
    tally("accepted", len(accepted))


def test_a_slow_disk_that_is_full(slow: Slow, tmp_path: Path, oracle: Oracle) -> None:
    """What there is no room for meanwhile is refused at once, and counted to the last one."""
    oracle.usually = answer(503)
    program = slow("fdatasync,rename,unlink", 20, "process", 600)
    try:
        count = logged(program)
        is_delivered, refused = flushed(program, 0)
        assert not is_delivered
        assert refused
        oracle.usually = accept
        # Until there is room to say how many, it is false.
        eventually(lambda: flushed(program) == (True, refused))
        end(program)
    finally:
        kill_family(program)
    accepted = noted(tmp_path / "notes")
    assert len(accepted) + refused == count
    reports = [line for line in oracle.lines.values() if b'"message":"telemetry_dropped"' in line]
    told = [int(line.partition(b'"dropped_count":')[2].split(b",")[0]) for line in reports]
    assert sum(told) == refused
    verdict = finish(accepted, oracle, tmp_path / "journals", in_flight=len(reports))
    assert verdict.delivered == len(accepted) + len(reports)
