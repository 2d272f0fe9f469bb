"""Programs fork while their records are being delivered (F19)."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.heirs import finish, folders
from faults.judge import noted
from faults.oracle import Oracle, Request, Response, accept
from faults.processes import eventually, kill, run, said, start
from faults.scale import times

from telemetry_events.delivery.claim import Claim
from telemetry_events.journal.folder import is_alive


@pytest.mark.parametrize(
    ("how", "forks", "emitters"),
    [
        ("plain", times(15, 300), 1),
        ("exiting", times(30, 300), 1),
        ("silent", times(30, 300), 0),
        ("double", times(5, 100), 2),
        ("from_thread", times(10, 200), 1),
        ("fork", times(5, 50), 1),
        ("spawn", times(1, 10), 1),
        ("forkserver", times(1, 10), 1),
    ],
)
def test_forks_under_load(
    tmp_path: Path, oracle: Oracle, how: str, forks: int, emitters: int, tally: Callable[[str, int], None]
) -> None:
    """Whatever the way, no process hangs, and each record of parent and children arrives."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    run("forks.py", directory, notes, oracle.url, how, forks)
    accepted = noted(notes)
    assert len({emitter for emitter, _ in accepted}) == 1 + forks * emitters
    # A fork does not wait for long, and cuts a request off that takes too long: that may come twice.
    verdict = finish(accepted, oracle, directory, crashes=forks)
    tally("forks", forks)
    tally("accepted", verdict.accepted)
    tally("duplicates", verdict.duplicates)


def test_connection_and_claim_stay_the_parents(tmp_path: Path, oracle: Oracle) -> None:
    """A child has a connection of its own; the parent's goes on, and so do its claim and its lock."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    parent = start("forks.py", directory, notes, oracle.url, "calm", 0)
    assert [said(parent), said(parent)] == ["delivered", "delivered"]
    # Both live, and the child has closed what it had inherited.
    found = folders(directory)
    assert len(found) == 2
    assert all(is_alive(folder) for folder in found)
    assert all(Claim.take(folder) is None for folder in found)
    parent.communicate(b"\n", timeout=20)
    assert parent.returncode == 0
    verdict = finish(noted(notes), oracle, directory)
    assert (verdict.accepted, oracle.connections) == (12, 2)
    assert set(oracle.statuses) == {202}


def held() -> tuple[Response, threading.Event]:
    """Return what holds an answer for ever, and what is set once it does."""
    is_held = threading.Event()

    def act(oracle: Oracle, _connection: object, _request: Request) -> bool:
        is_held.set()
        oracle.released.wait()
        return False

    return Response(act=act), is_held


def test_a_fork_with_the_intake_hung(tmp_path: Path, oracle: Oracle) -> None:
    """A fork waits for a request no longer than two seconds, and nothing is lost by it."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    oracle.usually, is_held = held()
    parent = start("forks.py", directory, notes, oracle.url, "quiet", 0)
    assert is_held.wait(20)
    assert parent.stdin
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    assert float(said(parent)) < 2
    kill(parent)
    oracle.usually = accept
    verdict = finish(noted(notes), oracle, directory, crashes=1)
    assert verdict.accepted == 6


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python counts threads when a fork is over")
def test_nothing_is_logged_after_a_fork(tmp_path: Path, oracle: Oracle) -> None:
    """What was logged before a fork arrives although its process logs nothing more."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    response, is_held = held()
    oracle.script.append(response)
    parent = start("forks.py", directory, notes, oracle.url, "quiet", 0)
    assert is_held.wait(20)
    assert parent.stdin
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    said(parent)
    assert len(noted(notes)) == 6
    eventually(lambda: len(oracle.lines) == 6, 10)
    kill(parent)
