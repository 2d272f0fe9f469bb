"""Designs that are known to lose records do lose them here: the judge is no judge that finds nothing."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.heirs import folders, inherit
from faults.journals import by_identity, leave, record, records
from faults.judge import Verdict, judge, noted
from faults.oracle import Oracle, Request, Response, accept, answer
from faults.processes import DEADLINE, eventually, kill, run, said, start

LINES = records(30)


def holding() -> tuple[Response, threading.Event]:
    """Return what holds an answer for ever, with the records not taken, and what is set once it does."""
    is_held = threading.Event()

    def act(oracle: Oracle, _connection: object, _request: Request) -> bool:
        is_held.set()
        oracle.released.wait()
        return False

    return Response(act=act), is_held


@pytest.mark.parametrize(("how", "lost"), [("right", 0), ("cursor-first", 30)])
def test_a_cursor_that_is_written_before_the_answer(
    tmp_path: Path, oracle: Oracle, how: str, lost: int, tally: Callable[[str, int], None]
) -> None:
    """With a cursor before the 202, a kill loses the batch under way."""
    leave(tmp_path, LINES)
    response, is_held = holding()
    oracle.script.append(response)
    shipper = start("wrong_shipper.py", tmp_path, oracle.url, how)
    assert is_held.wait(DEADLINE)
    kill(shipper)
    inherit(tmp_path, oracle.url)
    verdict = judge(by_identity(LINES), oracle, tmp_path)
    assert len(verdict.lost) == lost
    tally("negative controls", lost > 0)


@pytest.mark.parametrize(("how", "lost"), [("right", 0), ("drop-401", 30)])
def test_records_that_are_dropped_with_401(
    tmp_path: Path, oracle: Oracle, how: str, lost: int, tally: Callable[[str, int], None]
) -> None:
    """Where a refused key ends a batch, as in some shippers, its records are gone."""
    leave(tmp_path, LINES)
    oracle.script += [answer(401)] * 2
    shipper = start("wrong_shipper.py", tmp_path, oracle.url, how)
    eventually(lambda: not folders(tmp_path))
    kill(shipper)
    assert 401 in oracle.statuses
    assert len(judge(by_identity(LINES), oracle, tmp_path).lost) == lost
    tally("negative controls", lost > 0)


@pytest.mark.parametrize("lock", ["lockf", "flock"])
def test_the_other_kind_of_lock(
    tmp_path: Path, oracle: Oracle, lock: str, tally: Callable[[str, int], None]
) -> None:
    """An flock lives on in a child that nobody has told, and what its dead parent has left waits for ever."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    owner = start("survived_by_a_child.py", directory, notes, oracle.url, lock)
    assert said(owner) == "forked"
    owner.kill()
    owner.wait(DEADLINE)
    # A shipper looks at this folder after the other, by its name.
    leave(directory, LINES)
    shipper = start("wrong_shipper.py", directory, oracle.url, "flock" if lock == "flock" else "right")
    eventually(lambda: oracle.lines.keys() >= by_identity(LINES).keys())
    if lock == "lockf":
        eventually(lambda: not folders(directory))
    kill(shipper)
    verdict = judge(noted(notes) | by_identity(LINES), oracle, directory)
    assert verdict.waiting == (3 if lock == "flock" else 0)
    kill(owner)  # ends its child, too
    tally("negative controls", lock == "flock")


def test_a_queue_in_place_of_a_journal(
    tmp_path: Path, oracle: Oracle, tally: Callable[[str, int], None]
) -> None:
    """A queue in memory loses with a kill what the thread behind it has not sent."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    oracle.script.append(accept)
    oracle.usually, is_held = holding()
    program = start("queued.py", directory, notes, oracle.url)
    assert is_held.wait(DEADLINE)
    before = notes.stat().st_size
    eventually(lambda: notes.stat().st_size > before + 10_000)
    kill(program)
    verdict = judge(noted(notes), oracle, directory, in_flight=1)
    assert verdict.delivered
    assert len(verdict.lost) > 10
    tally("negative controls", 1)


@pytest.mark.parametrize(("how", "outcome"), [("right", "logs"), ("unreset", "hangs")])
def test_a_child_that_is_not_told(
    tmp_path: Path, oracle: Oracle, how: str, outcome: str, tally: Callable[[str, int], None]
) -> None:
    """Without a reset at the fork, a child waits for ever for the lock of a thread that it has not got."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    assert run("fork_within_a_call.py", directory, notes, oracle.url, how) == f"{outcome}\n"
    tally("negative controls", outcome == "hangs")


@pytest.mark.parametrize(
    ("delivered", "fault"),
    [
        (LINES[1:], "lost"),
        ([LINES[0].replace(b'"info"', b'"warn"'), *LINES[1:]], "changed"),
        ([*LINES, record(31)], "invented"),
    ],
)
def test_the_judge(tmp_path: Path, oracle: Oracle, delivered: list[bytes], fault: str) -> None:
    """A record that is missing, that came changed, or that nobody has made is found."""
    request = Request(body=b"[" + b",".join(delivered) + b"]")
    oracle.take(request, answer(202))
    verdict: Verdict = judge(by_identity(LINES), oracle, tmp_path)
    assert len(getattr(verdict, fault)) == 1
    with pytest.raises(AssertionError, match=fault):
        verdict.hold()
