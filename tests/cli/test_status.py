"""`telemetry-events status` shows what waits, what was delivered and what is wrong, and changes nothing."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from cli.records import OTHER_EMITTER, record, segment
from cli.shipments import (
    claimer,
    eventually,
    folder,
    live_emitter,
    ship,
    shipping,
    two_folders,
)
from cli.statuses import (
    ago,
    dead_pid,
    held,
    held_last,
    late,
    quarantined,
    shipper,
    status,
    status_json,
)
from faults.oracle import Oracle, accept, answer

from telemetry_events.delivery.counters import Counters, Ledger


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake on loopback."""
    with Oracle() as oracle:
        yield oracle


def test_what_waits(oracle: Oracle, tmp_path: Path) -> None:
    """Each emitter's records and bytes that wait are counted, with the age of the oldest."""
    path = folder(tmp_path, 2400, at=ago(300))
    oracle.script.extend([accept, accept, answer(401)])
    ship(oracle, tmp_path)
    folder(tmp_path, 3, emitter=OTHER_EMITTER, at=ago(30))

    code, output, errors = status(tmp_path)
    found = status_json(tmp_path)

    rest = sum(len(line) + 1 for line in (path / "00000002.jsonl").read_bytes().split(b"\n")[800:-1])
    by_folder = {each["folder"]: each for each in found["emitters"]}
    assert (code, errors) == (1, "")  # it is held
    assert by_folder[path.name]["records"] == 400
    assert by_folder[path.name]["bytes"] == rest
    assert 300 <= by_folder[path.name]["lag"] < 400
    assert found["records"] == 403
    assert "403 records to deliver, " in output
    assert ", the oldest for 5 min\n" in output
    assert re.search(rf"^{path.name} +dead +400 .* kB +5 min$", output, re.MULTILINE)


def test_what_is_no_record(tmp_path: Path) -> None:
    """What a crash has left at a segment's end is no record, and what points into a line no cursor."""
    path = folder(tmp_path, 10)
    (path / "00000001-5.cursor").touch()
    segment(path, 3, torn=b'{"torn')

    found = status_json(tmp_path)

    assert (found["records"], found["emitters"][0]["segments"]) == (10, 3)


def test_a_record_without_a_time(tmp_path: Path) -> None:
    """A record that has no time that anybody could read is as old as its segment."""
    for number, line in enumerate((b"no json", b'{"timestamp":"' + b"x" * 19 + b'.123Z"}', b"{}"), 1):
        path = segment(tmp_path / f"e{number}", 1, line)
        os.utime(path, (time() - 500, time() - 500))

    assert all(500 <= each["lag"] < 600 for each in status_json(tmp_path)["emitters"])


def test_processes(tmp_path: Path) -> None:
    """An emitter's process is alive, dead, or, without a lock, unknown; its folder is claimed or not."""
    dead = folder(tmp_path, 2)
    segment(tmp_path / "node", 1, record())
    with live_emitter(tmp_path, 1), claimer(dead):
        found = {each["folder"].split("-")[0]: each for each in status_json(tmp_path)["emitters"]}
        assert "nobody delivers from 2 of these folders now" in status(tmp_path)[1]

    assert {name: each["is_alive"] for name, each in found.items()} == {
        "live": True,
        "worker": False,
        "node": None,
    }
    assert {name: each["is_claimed"] for name, each in found.items()} == {
        "live": False,
        "worker": True,
        "node": False,
    }


def test_shippers(tmp_path: Path) -> None:
    """A shipper runs if its process is there, has not closed, and has said something lately."""
    gone = dead_pid()
    shipper(tmp_path, os.getpid(), "a", delivered=10, accepted=12)
    shipper(tmp_path, os.getpid(), "b", updated_at=ago(1000))
    shipper(tmp_path, os.getpid(), "c", is_closed=True, updated_at=ago(2000))
    shipper(tmp_path, gone, "d", updated_at=ago(3000))

    found = status_json(tmp_path)["shippers"]

    assert [each["is_running"] for each in found] == [True, False, False, False]
    assert (found[0]["pid"], found[0]["delivered"], found[0]["accepted"]) == (os.getpid(), 10, 12)
    assert found[3]["pid"] == gone


def test_a_shipper_at_work(oracle: Oracle, tmp_path: Path) -> None:
    """A shipper that runs is seen to, and after its end is seen to be gone."""
    folder(tmp_path, 5)
    with shipping(oracle, "--follow", tmp_path) as process:
        eventually(lambda: [each["delivered"] for each in status_json(tmp_path)["shippers"]] == [5])
        assert status_json(tmp_path)["shippers"][0]["is_running"]
        process.terminate()
        process.communicate()
    assert not status_json(tmp_path)["shippers"][0]["is_running"]


def test_the_ledger_says_that_it_is_closed(tmp_path: Path) -> None:
    """What a shipper writes last says that it has ended, while its process goes on."""
    ledger = Ledger(tmp_path, "https://intake")
    ledger.write(Counters)
    assert status_json(tmp_path)["shippers"][0]["is_running"]
    ledger.write(Counters, at_once=True)
    assert not status_json(tmp_path)["shippers"][0]["is_running"]


def test_all_is_well(tmp_path: Path) -> None:
    """Records that wait are no alarm by themselves, nor is an empty directory."""
    assert status(tmp_path) == (0, "nothing waits to be delivered\n", "")
    two_folders(tmp_path)
    shipper(tmp_path, os.getpid(), state="waiting: 503")

    code, output, errors = status(tmp_path, "--max-lag", "1000")

    assert (code, errors) == (0, "")
    assert "alarm" not in output


@pytest.mark.parametrize(
    ("make", "alarm"),
    [
        (quarantined, "3 records are in quarantine"),
        (held, "delivery is holding: 403"),
        (held_last, "delivery is holding: 403"),
        (late, r"a record waits for 7\d\d s, more than 600"),
    ],
)
def test_alarms(make: Any, alarm: str, tmp_path: Path) -> None:
    """What somebody should look at is an alarm, and the status is 1."""
    make(tmp_path)

    code, output, errors = status(tmp_path, "--max-lag", "600")

    assert (code, errors) == (1, "")
    assert re.search(f"^alarm: {alarm}$", output, re.MULTILINE)
    assert re.fullmatch(alarm, status_json(tmp_path, "--max-lag", "600")["alarms"][0])


def test_a_hold_that_is_over(tmp_path: Path) -> None:
    """A shipper that was held and is gone is no alarm once another runs, or all was delivered."""
    shipper(tmp_path, dead_pid(), state="holding: 403")
    assert status(tmp_path)[0] == 0
    folder(tmp_path, 2)
    assert status(tmp_path)[0] == 1
    shipper(tmp_path, os.getpid())
    assert status(tmp_path)[0] == 0
