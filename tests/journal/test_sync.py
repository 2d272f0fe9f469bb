"""A sync that fails is believed: its segment gets nothing more, and nobody is told that all is well."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal.disks import FaultyDisk, fail
from journal.journals import Writer, make_journal, no_keeper
from journal.reading import read

from telemetry_events.journal.power import ATTEMPTS


@pytest.fixture(params=[False, True], ids=["process", "power"])
def writer(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Writer]:
    """A journal on a disk that may fail, in either durability."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    made = make_journal(tmp_path, power=request.param, disk=FaultyDisk())
    yield made
    heal(made)
    made.journal.end()


def disk(writer: Writer) -> FaultyDisk:
    """Return a journal's disk."""
    assert isinstance(writer.journal._disk, FaultyDisk)
    return writer.journal._disk


def fail_syncs(writer: Writer, times: int, kind: str = "datasync") -> None:
    """Have as many syncs fail from here on."""
    left = times

    def plan(_number: int, what: str) -> object:
        nonlocal left
        if what != kind or not left:
            return None
        left -= 1
        return fail()

    disk(writer).plan = plan


def heal(writer: Writer) -> None:
    """Have nothing fail any more."""
    disk(writer).plan = lambda _number, _kind: None


def sizes(folder: Path) -> dict[str, int]:
    """Return how long each segment is."""
    return {path.name: path.stat().st_size for path in folder.glob("*.jsonl")}


def test_a_distrusted_segment_gets_nothing_more(writer: Writer, tmp_path: Path) -> None:
    """After a sync has failed, its segment stays as it is, and later lines are in another."""
    writer.append(count=3)
    fail_syncs(writer, 1)
    assert not writer.journal.sync()
    before = sizes(writer.journal.path)
    writer.append(count=3)
    writer.journal.close()
    after = sizes(writer.journal.path)

    assert {name: after[name] for name in before} == before
    assert after.keys() > before.keys()
    assert read(tmp_path).hold().batches == dict.fromkeys(writer.accepted, 1)
    assert len(writer.accepted) == 6


def test_a_flush_tells_of_a_sync_that_failed_before(writer: Writer) -> None:
    """Linux says once that a sync failed: a flush that asks later does not say that all is well."""
    writer.append(count=3)
    fail_syncs(writer, 1)
    writer.journal._tick()  # as the thread does twice a second
    heal(writer)

    told = writer.journal.flush()
    safe = [
        disk(writer).ledger.is_safe(line.raw, line.path) for line in read(writer.journal.path.parent).lines
    ]
    assert told == all(safe)


@pytest.mark.parametrize("first", range(3))
@pytest.mark.parametrize("times", range(8))
def test_power_believes_no_later_sync(
    first: int, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often syncs fail, no later one mends it: each line is synced, but where all tries failed."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    writer = make_journal(tmp_path, power=True, disk=FaultyDisk())
    writer.append(count=first)
    fail_syncs(writer, times)
    writer.append(count=4)
    heal(writer)
    writer.append("healed")
    found = read(tmp_path).hold(ordered=False, once=False)
    safe = {line.batch for line in found.lines if disk(writer).ledger.is_safe(line.raw, line.path)}
    writer.journal.end()

    assert len(set(writer.accepted) - safe) <= times // ATTEMPTS
    assert writer.accepted[-1] == ("healed", 1)
    assert set(writer.accepted) <= set(found.batches)
    assert len({line.raw for line in found.lines}) == len({line.identity for line in found.lines})


def test_power_writes_nothing_that_it_does_not_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is written again is synced again: a call gives up on no copy that it has not tried."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    writer = make_journal(tmp_path, power=True, disk=FaultyDisk())
    fail_syncs(writer, 100)
    writer.append()

    calls = disk(writer).calls
    assert calls.count("write") > 1
    assert calls.count("datasync") >= calls.count("write")
    heal(writer)
    writer.journal.end()


@pytest.mark.parametrize("failing", [0, 10], ids=["well", "failing"])
def test_threads_share_syncs(failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With power, 8 threads need fewer syncs than lines, and each line is synced when its call returns."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    made = FaultyDisk()
    writer = make_journal(tmp_path, power=True, disk=made)
    # A sync that takes its time, as a disk's does, so that the others come to wait for it.
    pause = threading.Event()
    syncs = 0

    def slow(kind: str, do: Callable[..., object], *arguments: object) -> object:
        nonlocal syncs
        syncs += 1
        pause.wait(0.002)
        return fail()(kind, do) if failing and syncs % failing == 0 else do(*arguments)

    made.plan = lambda _number, kind: slow if kind == "datasync" else None
    unsafe: list[object] = []

    def log(name: str) -> None:
        for number in range(1, 21):
            writer.append(name)
            raw = b'"batch_number":%d,"event":"batch_progress","protocol_name":"%b"}\n' % (
                number,
                name.encode(),
            )
            if not any(made.ledger.is_safe(raw, path) for path in writer.journal.path.glob("*.jsonl")):
                unsafe.append((name, number))

    threads = [threading.Thread(target=log, args=(f"thread-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    shared = syncs
    heal(writer)
    writer.journal.end()

    assert unsafe == []
    assert len(writer.accepted) == 160
    found = read(tmp_path).hold(ordered=not failing, once=not failing)
    assert set(found.batches) == set(writer.accepted)
    assert failing or shared < 120, "they did not wait together"
