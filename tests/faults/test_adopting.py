"""Several deliver from one directory at once: each record arrives, and without a crash only once (F26)."""

import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults.heirs import finish, folders, has_segments, inherit
from faults.journals import KEY, PACE, by_identity, leave, records
from faults.judge import noted
from faults.oracle import Oracle, Request, Response, accept
from faults.processes import DEADLINE, eventually, kill, said, start
from faults.scale import times

from telemetry_events.delivery import Intake, Shipper
from telemetry_events.delivery.claim import Claim

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def emitters(count: int) -> Iterator[str]:
    """Give names of emitters."""
    for number in range(count):
        yield ALPHABET[number // 32] + ALPHABET[number % 32] + "a" * 14


@pytest.mark.parametrize("adopts", [("dead", "dead"), ("all", "all"), ("all", "dead")])
def test_two_shippers_and_many_folders(
    tmp_path: Path, oracle: Oracle, adopts: tuple[str, str], tally: Callable[[str, int], None]
) -> None:
    """Two that adopt the folders of dead processes at once share them out, and send nothing twice."""
    together = threading.Barrier(2)

    def act(oracle: Oracle, connection: socket.socket, request: Request) -> bool:
        together.wait(DEADLINE)
        oracle.take(request, accept)
        connection.sendall(accept.bytes)
        return True

    # The first request of each is answered when the other has sent its own.
    oracle.script += [Response(act=act), Response(act=act)]
    accepted = {}
    for emitter in emitters(times(80, 1000)):
        leave(tmp_path, lines := records(20, emitter), emitter)
        accepted |= by_identity(lines)
    shippers = [
        start("shipper.py", tmp_path, oracle.url, *([which] if which == "all" else [])) for which in adopts
    ]
    eventually(lambda: not has_segments(tmp_path))
    eventually(lambda: len(oracle.lines) == len(accepted))
    for each in shippers:
        kill(each)
    finish(accepted, oracle, tmp_path)
    assert not together.broken
    assert oracle.connections >= 2
    tally("accepted", len(accepted))


@pytest.mark.parametrize("ship", ["none", "thread"])
def test_beside_the_owner(
    tmp_path: Path, oracle: Oracle, ship: str, tally: Callable[[str, int], None]
) -> None:
    """Beside a program that logs, and may deliver itself, others deliver: nothing is lost or sent twice."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    directory.mkdir()
    shippers = [start("shipper.py", directory, oracle.url, *which) for which in (["all"], [], ["all"])]
    for each in shippers:
        said(each)
    how = ["none"] if ship == "none" else []
    owner = start("producer.py", directory, notes, oracle.url, 3, times(3000, 30_000), *how)
    output, _ = owner.communicate(timeout=60)
    # It says 1 if it cannot tell that all was delivered, as when another has claimed its folder.
    assert owner.returncode in (0, 1), output
    accepted = noted(notes)
    eventually(lambda: len(oracle.lines) == len(accepted))
    eventually(lambda: not has_segments(directory))
    for each in shippers:
        kill(each)
    finish(accepted, oracle, directory)
    tally("accepted", len(accepted))


def test_an_owner_that_was_stopped(tmp_path: Path, oracle: Oracle) -> None:
    """What belongs to a process that stands still is nobody else's, and goes on when it goes on."""
    directory, notes = tmp_path / "journals", tmp_path / "notes"
    owner = start("producer.py", directory, notes, oracle.url, 1, 0, "none")
    said(owner)
    owner.send_signal(signal.SIGSTOP)
    leave(directory, lines := records(5))
    shipper = start("shipper.py", directory, oracle.url)
    eventually(lambda: len(oracle.lines) == 5)
    owner.send_signal(signal.SIGCONT)
    before = len(notes.read_bytes())
    eventually(lambda: len(notes.read_bytes()) > before)
    assert len(oracle.lines) == 5
    kill(owner)
    eventually(lambda: not folders(directory))
    kill(shipper)
    verdict = finish(noted(notes) | by_identity(lines), oracle, directory, in_flight=1)
    assert verdict.duplicates == 0


def test_a_number_that_another_process_has_now(tmp_path: Path, oracle: Oracle) -> None:
    """Whether a folder's process lives is told by its lock, and not by the number in its name."""
    accepted = by_identity(lines := records(5))
    folder = leave(tmp_path, lines)
    folder.rename(tmp_path / folder.name.replace("-1-", f"-{os.getpid()}-"))
    finish(accepted, oracle, tmp_path)


def test_an_emitter_that_has_no_lock(tmp_path: Path, oracle: Oracle) -> None:
    """One that goes on after all was delivered is delivered again, and its highest segment stays."""
    folder = leave(tmp_path, records(3))
    (folder / "lock").unlink()
    shipper = start("shipper.py", tmp_path, oracle.url, "all")
    eventually(lambda: len(oracle.lines) == 3)
    with (folder / "00000001.jsonl").open("ab") as file:
        file.writelines(line + b"\n" for line in records(6)[3:])
    eventually(lambda: len(oracle.lines) == 6)
    leave(tmp_path, records(8)[6:], segment=2)
    (folder / "lock").unlink()
    eventually(lambda: len(oracle.lines) == 8)
    eventually(lambda: not (folder / "00000001.jsonl").exists())
    assert (folder / "00000002.jsonl").exists()
    kill(shipper)
    assert oracle.duplicates == 0


@pytest.mark.parametrize("is_folder_gone", [True, False])
def test_a_folder_that_another_has_finished_meanwhile(
    tmp_path: Path, oracle: Oracle, is_folder_gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that comes too late, for a folder that has been delivered, is not kept."""
    late = leave(tmp_path, records(1, "a" * 16), "a" * 16)
    leave(tmp_path, records(2, "b" * 16), "b" * 16)
    take = Claim.take

    def take_late(folder: Path) -> Claim | None:
        """Take a claim between what the one who has it does last: delete the segments, and let go."""
        if folder == late and late.exists():
            (late / "00000001.jsonl").unlink()
            (late / "lock").unlink()
        claim = take(folder)
        if folder == late and is_folder_gone:
            shutil.rmtree(late)
        return claim

    monkeypatch.setattr(Claim, "take", take_late)
    shipper = Shipper(tmp_path, Intake.find(url=oracle.url, api_key=KEY), most=1, pace=PACE)
    eventually(lambda: shipper.deliver() and len(oracle.lines) == 2, 5)
    shipper.close()
    inherit(tmp_path, oracle.url)
    assert not folders(tmp_path)


def test_the_own_folder_in_the_making(tmp_path: Path, oracle: Oracle) -> None:
    """A folder that another thread is just making, with a lock that it does not hold yet, is left to it."""
    own = leave(tmp_path, [])
    (own / "00000001.jsonl").unlink()
    shipper = Shipper(tmp_path, Intake.find(url=oracle.url, api_key=KEY), own=lambda: own, pace=PACE)
    assert shipper.deliver()
    assert (own / "lock").exists()
    (own / "00000001.jsonl").write_bytes(records(1)[0] + b"\n")
    assert shipper.deliver()
    assert len(oracle.lines) == 1
    assert (own / "00000001.jsonl").exists()
    shipper.close()
