"""What a shipper has done, and the file that it keeps that in."""

import os
from pathlib import Path

import orjson
import pytest

from telemetry_events.delivery import counters as module
from telemetry_events.delivery.counters import Counters, Ledger


def test_the_file(tmp_path: Path) -> None:
    """It is JSON of one line with all counts, who counts and where to, that only its owner may read."""
    Ledger(tmp_path, "https://intake:443/").write(lambda: Counters(accepted=7, delivered=5, lag=0.25))
    [file] = tmp_path.iterdir()
    found = orjson.loads(file.read_bytes())

    assert file.name.startswith(f"shipper-{os.getpid()}-")
    assert file.suffix == ".json"
    assert file.read_bytes().count(b"\n") == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert (found["pid"], found["intake"]) == (os.getpid(), "https://intake:443/")
    assert (found["accepted"], found["delivered"], found["lag"], found["state"]) == (7, 5, 0.25, "delivering")
    assert found["started_at"] <= found["updated_at"]


def test_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More often it is not written, unless it is the last time."""
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    ledger = Ledger(tmp_path, "")

    def delivered() -> int:
        [file] = tmp_path.iterdir()
        return int(orjson.loads(file.read_bytes())["delivered"])

    ledger.write(lambda: Counters(delivered=1))
    now += 0.9
    ledger.write(lambda: Counters(delivered=2))
    assert delivered() == 1
    now += 0.2
    ledger.write(lambda: Counters(delivered=3))
    assert delivered() == 3
    ledger.write(lambda: Counters(delivered=4), at_once=True)
    assert delivered() == 4


def test_what_is_old_goes(tmp_path: Path) -> None:
    """Files of shippers that wrote more than a day ago are deleted, and no others."""
    for name, age in (("shipper-1-1.json", 90_000), ("shipper-2-2.json", 80_000), ("shipping.json", 90_000)):
        (tmp_path / name).touch()
        then = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    Ledger(tmp_path, "").write(Counters)

    assert not (tmp_path / "shipper-1-1.json").exists()
    assert {"shipper-2-2.json", "shipping.json"} < {each.name for each in tmp_path.iterdir()}


def test_a_disk_that_does_not_take_it(tmp_path: Path) -> None:
    """It is for people to look at: where it cannot be written, delivery goes on."""
    ledger = Ledger(tmp_path / "nowhere", "")
    ledger.write(Counters)
    (tmp_path / "nowhere").mkdir()
    [name] = [f"{ledger._path.name}-new"]
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "nowhere" / name).symlink_to(tmp_path / "victim")
    ledger.write(Counters, at_once=True)
    assert (tmp_path / "victim").read_bytes() == b"mine"


def test_a_delivery_ends_what_was_wrong() -> None:
    """With the next 202 the state is the usual one, and the time of it is known."""
    counters = Counters(state="holding: 403")
    counters.delivered_now(3)
    assert (counters.delivered, counters.state) == (3, "delivering")
    assert counters.delivered_at.endswith("Z")
