"""Each member that `telemetry-events status --json` prints has the value that the page says it has."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from cli.records import EMITTER, OTHER_EMITTER, record, segment
from cli.shipments import as_nobody, eventually, folder, give_away, open_path, shipping
from cli.statuses import ago, dead_pid, quarantined, shipper, status_json
from faults.oracle import Oracle, accept, answer
from record.journals import restored

from telemetry_events import DatadogLogsHandler, telemetry_logger
from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery.claim import CLAIM

__all__ = ["open_path"]

# A process that is there, and is another user's than `as_nobody`.
FIRST = 1
COUNTERS = "accepted refused delivered retried quarantined torn requests bytes waiting"
# Seconds that making the files of a test takes, at the most.
SLACK = 100


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake on loopback."""
    with Oracle() as oracle:
        yield oracle


def test_members_of_a_directory(tmp_path: Path) -> None:
    """The directory is as it was given, and what waits has the size of its files and the oldest's age."""
    (tmp_path / "elsewhere").mkdir()
    place = tmp_path / "journals"
    worker = place / f"worker-1-20261123T100000Z-{EMITTER}"
    segment(worker, 1, record("m", 1, at=ago(900)), record("m", 2, at=ago(700)))
    segment(worker, 2, record("m", 3, at=ago(300)))
    folder(place, 4, emitter=OTHER_EMITTER, at=ago(500))
    given = tmp_path / "elsewhere" / ".." / "journals"

    found = status_json(given)

    size = sum(path.stat().st_size for path in place.glob("*/*.jsonl"))
    assert (found["directory"], found["alarms"], found["unreadable"]) == (str(given), [], [])
    assert (found["records"], found["bytes"]) == (7, size)
    assert 900 <= found["lag"] < 900 + SLACK
    by_folder = {each["folder"]: each for each in found["emitters"]}
    assert 900 <= by_folder[worker.name]["lag"] < 900 + SLACK
    assert (by_folder[worker.name]["segments"], by_folder[worker.name]["records"]) == (2, 3)


def test_nothing_waits(tmp_path: Path) -> None:
    """Where nothing waits, sizes and ages are 0."""
    (folder(tmp_path, 0) / "lock").touch()

    found = status_json(tmp_path)

    assert (found["records"], found["bytes"], found["lag"]) == (0, 0, 0)
    assert [(each["records"], each["bytes"], each["lag"]) for each in found["emitters"]] == [(0, 0, 0)]


def test_members_of_the_quarantine(tmp_path: Path) -> None:
    """The quarantine has all its records, their size, and how many there are for each reason."""
    quarantined(tmp_path)

    found = status_json(tmp_path)["quarantine"]

    assert found == {"records": 3, "bytes": 8, "reasons": {"400": 2, "invalid": 1}}


def test_members_of_a_shipper(tmp_path: Path) -> None:
    """Whatever a shipper says of itself is there by the name that it has given it."""
    said: dict[str, Any] = {name: number for number, name in enumerate(COUNTERS.split(), 11)}
    said |= {"lag": 2.5, "state": "waiting: 503", "delivered_at": ago(7)}
    said |= {"intake": "https://intake.example/api/v2/logs", "started_at": ago(90), "updated_at": ago(3)}
    shipper(tmp_path, os.getpid(), **said)

    assert status_json(tmp_path)["shippers"] == [{"pid": os.getpid(), "is_running": True, **said}]


def test_silence(tmp_path: Path) -> None:
    """A shipper runs until it has said nothing for six minutes."""
    shipper(tmp_path, os.getpid(), "lately", updated_at=ago(330))
    shipper(tmp_path, os.getpid(), "before", updated_at=ago(361))

    assert [each["is_running"] for each in status_json(tmp_path)["shippers"]] == [True, False]


def test_a_dead_shipper(tmp_path: Path) -> None:
    """A shipper that has said something just now does not run if its process is not there."""
    shipper(tmp_path, dead_pid())

    assert [each["is_running"] for each in status_json(tmp_path)["shippers"]] == [False]


def test_of_another_user(open_path: Path) -> None:
    """What only another user knows is null or told of; another user's process is one that is there."""
    claimed, closed = folder(open_path, 2), folder(open_path, 2, emitter=OTHER_EMITTER)
    (claimed / CLAIM).touch()
    shipper(open_path, FIRST)
    give_away(open_path)
    (claimed / CLAIM).chmod(0)
    closed.chmod(0)

    code, output, _ = as_nobody("status", "--json", open_path)
    found: dict[str, Any] = json.loads(output)

    assert code == 2
    assert found["unreadable"] == [f"{closed}: Permission denied"]
    assert [(each["is_alive"], each["is_claimed"]) for each in found["emitters"]] == [(False, None)]
    assert [each["is_running"] for each in found["shippers"]] == [True]


def test_a_shipper_that_waits(oracle: Oracle, tmp_path: Path) -> None:
    """A shipper counts what it could not deliver, and says for how long that waits, and why."""
    oracle.usually = answer(503)
    size = 0
    for path in folder(tmp_path, 6).glob("*.jsonl"):
        os.utime(path, (time() - 300, time() - 300))
        size += path.stat().st_size

    with shipping(oracle, "--follow", tmp_path):
        eventually(lambda: any(each["retried"] for each in status_json(tmp_path)["shippers"]))
        (found,) = status_json(tmp_path)["shippers"]

    assert (found["state"], found["waiting"]) == ("waiting: 503", size)
    assert 300 <= found["lag"] < 300 + SLACK
    assert found["retried"] == 6 * found["requests"]
    assert (found["delivered"], found["bytes"], found["delivered_at"]) == (0, 0, "")


def test_a_shipper_that_has_delivered(oracle: Oracle, tmp_path: Path) -> None:
    """A shipper counts what it has delivered after a failure, in how many requests, and says when."""
    oracle.script.append(answer(503))
    segment(folder(tmp_path, 6), 3, torn=b'{"torn')
    begun = rfc3339(now_ms())

    with shipping(oracle, "--follow", tmp_path):
        eventually(lambda: [each["delivered"] for each in status_json(tmp_path)["shippers"]] == [6])
        eventually(lambda: status_json(tmp_path)["shippers"][0]["waiting"] == 0)
        (found,) = status_json(tmp_path)["shippers"]

    assert found["intake"].startswith(f"{oracle.url}/")
    assert begun <= found["started_at"] <= found["delivered_at"] <= found["updated_at"] <= rfc3339(now_ms())
    assert (found["requests"], found["retried"], found["quarantined"], found["torn"]) == (2, 6, 0, 1)
    assert (found["bytes"], found["lag"]) == (len(oracle.requests[1].json), 0)
    assert (found["state"], found["is_running"]) == ("delivering", True)


def test_a_shipper_that_has_set_a_record_aside(oracle: Oracle, tmp_path: Path) -> None:
    """A shipper counts what it has set aside, which the quarantine then has, and is an alarm."""
    folder(tmp_path, 6)
    oracle.judge = lambda lines: answer(400) if any(b'"seq":3,' in line for line in lines) else accept

    with shipping(oracle, "--follow", tmp_path):
        eventually(lambda: [each["delivered"] for each in status_json(tmp_path)["shippers"]] == [5])
        eventually(lambda: status_json(tmp_path)["shippers"][0]["waiting"] == 0)
        found = status_json(tmp_path)

    assert (found["shippers"][0]["quarantined"], found["shippers"][0]["retried"]) == (1, 0)
    assert (found["quarantine"]["records"], found["quarantine"]["reasons"]) == (1, {"400": 1})
    assert found["alarms"] == ["1 record is in quarantine"]


def test_a_shipper_of_a_program(oracle: Oracle, tmp_path: Path) -> None:
    """A program's own shipper counts the records that the journal took, and those that it had no room for."""
    oracle.usually = answer(503)
    with restored():
        handler = DatadogLogsHandler(
            service="worker",
            directory=tmp_path,
            intake=oracle.url,
            api_key="0" * 32,
            capacity_bytes=2**20,
        )
        telemetry_logger.handlers = [handler]
        for _ in range(60):
            telemetry_logger.info("x" * 50_000)
        handler.close()
    (found,) = status_json(tmp_path)["shippers"]

    on_disk = sum(path.read_bytes().count(b"\n") for path in tmp_path.glob("*/*.jsonl"))
    assert 0 < on_disk < 60 - on_disk
    assert (found["accepted"], found["refused"]) == (on_disk, 60 - on_disk)
