"""Which folders are delivered, and what is told of it."""

import json
import os
from pathlib import Path

import pytest
from faults.journals import Shippers, leave, record, records
from faults.oracle import Oracle
from faults.responses import answer

from telemetry_events.delivery import Intake, Shipper
from telemetry_events.journal.folder import Folder

KEY = "k" * 32


def test_an_empty_directory(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Where nothing waits all was delivered, and the intake is not asked."""
    shipper = shipper_of(tmp_path, oracle.url)
    assert shipper.deliver()
    assert oracle.connections == 0
    assert shipper.counted().lag == 0


def test_a_directory_that_is_not_there(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """It is an error that says so."""
    with pytest.raises(FileNotFoundError):
        shipper_of(tmp_path / "nowhere", oracle.url).deliver()


def test_what_is_no_emitters_folder(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Files, other folders and links to folders are left as they are."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    (tmp_path / "00000001.jsonl").write_bytes(record(1) + b"\n")
    elsewhere = leave(tmp_path / "notes", records(3))
    (tmp_path / "link").symlink_to(elsewhere)
    before = sorted(path for path in tmp_path.rglob("*"))
    assert shipper_of(tmp_path, oracle.url).deliver()
    assert oracle.connections == 0
    assert sorted(path for path in tmp_path.rglob("*") if "shipper-" not in path.name) == before


def test_a_living_process_delivers_its_own(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """A folder whose lock somebody may still take is not adopted, unless all are."""
    folder = leave(tmp_path, records(3))
    (folder / "lock").unlink()
    shipper = shipper_of(tmp_path, oracle.url)
    assert shipper.deliver()
    assert not oracle.accepted
    with Intakes(tmp_path, oracle, adopts="all") as other:
        assert other.deliver()
    assert len(oracle.accepted) == 3


class Intakes:
    """A shipper with arguments of its own, which ends with its block."""

    def __init__(self, directory: Path, oracle: Oracle, **options: object) -> None:
        self.shipper = Shipper(directory, Intake.find(url=oracle.url, api_key=KEY), **options)  # type: ignore[arg-type]

    def __enter__(self) -> Shipper:
        return self.shipper

    def __exit__(self, *_: object) -> None:
        self.shipper.abandon()


def test_folders_of_this_process(tmp_path: Path, oracle: Oracle) -> None:
    """The own one is delivered while its process lives, with what it has counted."""
    emitter = Folder(tmp_path, "service", "a" * 16)
    folder = emitter.make()
    (folder / "00000001.jsonl").write_bytes(b"".join(line + b"\n" for line in records(3)))
    with Intakes(tmp_path, oracle, own=lambda: folder, counts=lambda: (3, 1)) as shipper:
        assert shipper.deliver()
        assert len(oracle.accepted) == 3
        counted = shipper.counted()
    assert (counted.accepted, counted.refused, counted.delivered, counted.waiting) == (3, 1, 3, 0)
    assert (folder / "00000001.jsonl").exists()
    emitter.abandon()


def test_an_own_folder_in_the_making(tmp_path: Path, oracle: Oracle) -> None:
    """It stays, however old a file server's clock, or a wrong one of this machine, has it look."""
    folder = tmp_path / f"service-1-20260101T000000Z-{'a' * 16}"
    folder.mkdir()
    (folder / "shipping").touch()
    os.utime(folder, (0, 0))
    shipper = Shipper(tmp_path, Intake.find(url=oracle.url, api_key=KEY), own=lambda: folder)
    assert shipper.deliver()
    assert folder.is_dir()
    shipper.close()


def test_one_delivers(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """What another has claimed is left to that; where it is to be one's own, it was not delivered."""
    folder = leave(tmp_path, records(3))
    oracle.usually = answer(503)
    first = shipper_of(tmp_path, oracle.url)
    assert not first.deliver()
    asked = len(oracle.requests)
    assert shipper_of(tmp_path, oracle.url).deliver()
    with Intakes(tmp_path, oracle, own=lambda: folder) as shipper:
        assert not shipper.deliver()
    assert len(oracle.requests) == asked


def test_so_many_at_a_time(tmp_path: Path, oracle: Oracle) -> None:
    """No more folders are open at once than is said, and all are delivered within few runs."""
    for number in range(10):
        leave(tmp_path, records(2, f"emitter{number}"), f"emitter{number}")
    with Intakes(tmp_path, oracle, most=4) as shipper:
        sizes = []
        while list(tmp_path.glob("service-*")):
            shipper.deliver()
            sizes.append(len(oracle.accepted))
    assert sizes == [8, 16, 20]


def test_it_stops_when_it_is_told_to(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Between two requests it looks whether it is to stop."""
    leave(tmp_path, records(3500))
    shipper = shipper_of(tmp_path, oracle.url)
    shipper.deliver(lambda: len(oracle.requests) >= 2)
    assert len(oracle.accepted) == 2000
    assert shipper.deliver()
    assert len(oracle.accepted) == 3500


def test_counts(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """They are what the intake has seen, and the file that is left at the end has the same."""
    lines = records(1500)
    leave(tmp_path, lines)
    oracle.script.extend([answer(503), answer(202), answer(503)])
    shipper = shipper_of(tmp_path, oracle.url)
    assert not shipper.deliver()
    waiting = shipper.counted()
    assert waiting.waiting == sum(len(line) + 1 for line in lines)
    assert not shipper.deliver()
    assert shipper.deliver()
    counted = shipper.counted()
    shipper.close()
    [file] = tmp_path.glob("shipper-*")
    found = json.loads(file.read_text())

    accepted = [request for request in oracle.requests if request.status == 202]
    assert counted.delivered == found["delivered"] == len(oracle.accepted) == 1500
    assert counted.requests == found["requests"] == len(oracle.requests) == 4
    assert counted.bytes == sum(len(request.json) for request in accepted)
    assert counted.retried == 1000 + 500
    assert (counted.waiting, counted.quarantined, counted.torn, counted.state) == (0, 0, 0, "delivering")
    assert found["intake"] == f"{oracle.url}/api/v2/logs"
