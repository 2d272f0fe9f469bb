"""A shipper is killed at the points of a batch's way where it hurts most (F02)."""

import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.heirs import finish, folders
from faults.journals import by_identity, leave, records
from faults.oracle import Oracle, Request, Response, answer
from faults.processes import DEADLINE, kill, said, start

# More than a batch has room for.
LINES = records(1500)


def holding(is_taken: bool) -> tuple[Response, threading.Event]:
    """Return what holds an answer for ever, with the records taken or not, and what is set once it does."""
    is_held = threading.Event()

    def act(oracle: Oracle, _connection: socket.socket, request: Request) -> bool:
        if is_taken:
            oracle.take(request, answer(202))
        is_held.set()
        oracle.released.wait()
        return False

    return Response(act=act), is_held


@pytest.mark.parametrize("is_taken", [False, True])
def test_killed_between_request_and_answer(
    tmp_path: Path, oracle: Oracle, is_taken: bool, tally: Callable[[str, int], None]
) -> None:
    """A batch whose answer nobody has seen is sent again, whether the intake has taken it or not."""
    leave(tmp_path, LINES)
    response, is_held = holding(is_taken)
    oracle.script.append(response)
    shipper = start("shipper.py", tmp_path, oracle.url)
    assert is_held.wait(DEADLINE)
    kill(shipper)
    verdict = finish(by_identity(LINES), oracle, tmp_path, crashes=1)
    assert (verdict.delivered, verdict.duplicates) == (1500, 1000 if is_taken else 0)
    tally("kills", 1)
    tally("duplicates", verdict.duplicates)


@pytest.mark.parametrize(
    ("call", "number", "duplicates"),
    [
        ("open:.cursor", 1, 1000),  # the first cursor
        ("rename:.cursor", 1, 500),  # the second, which is the first one with another name
        ("unlink", 1, 0),  # the segment
        ("unlink", 2, 0),  # its cursor
        ("unlink", 3, 0),  # the lock
        ("unlink", 4, 0),  # the claim
        ("rmdir", 1, 0),
    ],
)
def test_killed_between_answer_and_deletion(
    tmp_path: Path,
    oracle: Oracle,
    call: str,
    number: int,
    duplicates: int,
    tally: Callable[[str, int], None],
) -> None:
    """What was delivered and not noted is sent again, and only that; what was noted is deleted."""
    leave(tmp_path, LINES)
    shipper = start("shipper.py", tmp_path, oracle.url, call, number)
    assert shipper.wait(DEADLINE) == -signal.SIGKILL
    kill(shipper)
    assert folders(tmp_path)
    verdict = finish(by_identity(LINES), oracle, tmp_path, crashes=1)
    assert (verdict.delivered, verdict.duplicates) == (1500, duplicates)
    tally("kills", 1)
    tally("duplicates", verdict.duplicates)


def test_killed_while_it_sends(tmp_path: Path, oracle: Oracle) -> None:
    """A batch of which the intake has got a part is not there, and is sent again."""
    leave(tmp_path, LINES)
    is_begun = threading.Event()

    def act(oracle: Oracle, _connection: socket.socket, _request: Request) -> bool:
        is_begun.set()
        oracle.released.wait()
        return False

    oracle.script.append(Response(act=act, is_early=True))
    shipper = start("shipper.py", tmp_path, oracle.url)
    assert is_begun.wait(DEADLINE)
    kill(shipper)
    assert not oracle.lines
    verdict = finish(by_identity(LINES), oracle, tmp_path, crashes=1)
    assert (verdict.delivered, verdict.duplicates) == (1500, 0)


def test_the_first_folder_holds_its_claim_until_it_is_killed(tmp_path: Path, oracle: Oracle) -> None:
    """A shipper that hangs keeps its claim; another takes the folder once it is killed (F26)."""
    leave(tmp_path, LINES)
    response, is_held = holding(is_taken=False)
    oracle.script.append(response)
    shipper = start("shipper.py", tmp_path, oracle.url)
    assert is_held.wait(DEADLINE)
    other = start("shipper.py", tmp_path, oracle.url)
    said(other)
    leave(tmp_path, records(10, "bbbbbbbbbbbbbbbb"), "bbbbbbbbbbbbbbbb")
    while len(folders(tmp_path)) > 1:  # the other looks for folders again and again
        assert other.poll() is None
    assert len(oracle.lines) == 10
    kill(shipper)
    while folders(tmp_path):
        assert other.poll() is None
    kill(other)
    accepted = by_identity([*LINES, *records(10, "bbbbbbbbbbbbbbbb")])
    assert oracle.lines.keys() == accepted.keys()
    assert not oracle.duplicates
