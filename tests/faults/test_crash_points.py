"""A process ends at each of its calls to the file system in turn, and nothing is lost by any (F03)."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from faults.heirs import finish
from faults.journals import by_identity, leave, records
from faults.judge import Verdict, noted
from faults.oracle import Oracle
from faults.processes import kill, said, start
from faults.scale import times


@pytest.fixture
def lives() -> "Iterator[subprocess.Popen[bytes]]":
    """What forks a process for each crash."""
    process = start("small_life.py")
    yield process
    kill(process)


def outcome(process: "subprocess.Popen[bytes]", *arguments: object) -> str:
    """Have a process live and end, and return how."""
    assert process.stdin
    process.stdin.write((" ".join(map(str, arguments)) + "\n").encode())
    process.stdin.flush()
    return said(process)


def test_a_crash_at_each_call_of_an_emitter_that_delivers(
    tmp_path: Path, lives: "subprocess.Popen[bytes]", tally: Callable[[str, int], None]
) -> None:
    """Wherever a process ends that logs, rotates, delivers and deletes, what it has accepted arrives."""
    total, rewritten = Verdict(), 0
    for number in count(1):
        directory, notes = tmp_path / "journals", tmp_path / "notes"
        notes.touch()
        with Oracle() as oracle:
            how = outcome(lives, directory, notes, oracle.url, number)
            assert how in ("died", "lived")
            verdict = finish(noted(notes), oracle, directory, in_flight=1, crashes=1)
            assert verdict.duplicates <= 3, "more than the batch under way was sent twice"
        total += verdict
        rewritten += verdict.duplicates > 0
        shutil.rmtree(directory, ignore_errors=True)
        notes.unlink()
        if how == "lived":
            break
    assert verdict.accepted == 9
    assert number > 40, "it is no life without that many calls"
    assert rewritten >= 3, "no crash came between an answer and its note"
    tally("crash points", number - 1)
    tally("accepted", total.accepted)
    tally("duplicates", total.duplicates)


def test_a_crash_at_each_call_of_who_delivers_what_others_have_left(
    tmp_path: Path, lives: "subprocess.Popen[bytes]", tally: Callable[[str, int], None]
) -> None:
    """Wherever a shipper ends, and wherever the next one does that begins with what it has left."""
    first, second = records(3), [*records(5)[3:]]
    accepted = by_identity([*first, *second])
    crashes = duplicates = 0
    every = times(11, 1)

    def prepare(directory: Path) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        leave(directory, first, segment=1)
        leave(directory, second, segment=2)

    directory = tmp_path / "journals"
    for number in count(1):
        for another in count(0 if number == 1 else 1, every):
            prepare(directory)
            with Oracle() as oracle:
                how = outcome(lives, directory, oracle.url, number)
                second_how = "lived"
                if another and how == "died":
                    second_how = outcome(lives, directory, oracle.url, another)
                verdict = finish(accepted, oracle, directory, crashes=2)
                assert verdict.duplicates <= 10
            crashes += (how == "died") + (second_how == "died")
            duplicates += verdict.duplicates
            if second_how != "died":
                break
        if how != "died":
            break
    assert how == "lived"
    assert number > 12
    assert duplicates
    tally("crash points", crashes)
    tally("duplicates", duplicates)
