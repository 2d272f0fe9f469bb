"""Somebody deletes a journal while it is written: what is accepted from then on is there, in a new place."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal.disks import FaultyDisk, fail, short
from journal.journals import Writer, fill_segment, make_journal, no_keeper
from journal.reading import read

Tick = Callable[[Writer], None]

REMOVALS = {
    "root": lambda writer: shutil.rmtree(writer.journal.path.parent),
    "folder": lambda writer: shutil.rmtree(writer.journal.path),
    "segment": lambda writer: max(writer.journal.path.glob("*.jsonl")).unlink(),
}
NOTICED = {
    "tick": lambda writer, tick: tick(writer),
    "flush": lambda writer, _tick: writer.journal.flush(),
    "close": lambda writer, _tick: writer.journal.close(),
    "rotation": lambda writer, _tick: fill_segment(writer) or writer.append(count=2),
}


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Tick:
    """Journals that try again at once, and whose threads do nothing but when told."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    return no_keeper(monkeypatch)


@pytest.fixture(params=[False, True], ids=["process", "power"])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Writer]:
    """A journal of either durability."""
    made = make_journal(tmp_path / "root", power=request.param, disk=FaultyDisk())
    yield made
    made.journal._disk.plan = lambda _number, _kind: None
    made.journal.end()


@pytest.mark.parametrize("noticed", NOTICED)
@pytest.mark.parametrize("removed", REMOVALS)
def test_what_is_accepted_after_a_removal_is_there(
    removed: str, noticed: str, writer: Writer, tick: Tick, tmp_path: Path
) -> None:
    """At the next tick, flush, close or segment, what was accepted since the removal has a place again."""
    writer.append("before", 3)
    tick(writer)
    REMOVALS[removed](writer)
    writer.append("after", 3)
    NOTICED[noticed](writer, tick)
    writer.append("later", 2)

    assert not writer.refused
    found = read(tmp_path / "root").hold()
    expected = [each for each in writer.accepted if each[0] != "before"]
    assert {each: found.batches[each] for each in expected} == dict.fromkeys(expected, 1)
    assert not found.torn


@pytest.mark.parametrize("fault", ["EIO", "short by a byte", "half", "one byte"])
@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("removed", ["segment", "root"])
def test_what_cannot_be_taken_along_is_counted(
    removed: str, before: int, times: int, fault: str, tick: Tick, tmp_path: Path
) -> None:
    """Where what a deleted segment held cannot be written again, it is reported, and nothing is torn."""
    disk = FaultyDisk()
    writer = make_journal(tmp_path / "root", disk=disk, to_deliver=True)
    tick(writer)
    writer.append("first")
    REMOVALS[removed](writer)
    writer.append("after", 3)
    written = disk.calls.count("write")
    faults = {"EIO": fail(), "short by a byte": short(-1), "half": short(300), "one byte": short(1)}
    disk.plan = lambda _number, kind: (
        faults[fault]
        if kind == "write" and before < disk.calls.count("write") - written <= before + times
        else None
    )
    tick(writer)
    writer.append("later", 5)
    disk.plan = lambda _number, _kind: None
    tick(writer)
    writer.append("healed")
    assert writer.journal.flush() or writer.journal.flush()
    writer.journal.close()

    found = read(tmp_path / "root").hold()
    assert found.batches[("healed", 1)] == 1
    assert sum(found.missing.values()) == sum(found.dropped.values()), (found.batches, writer.refused)
    writer.journal.end()


def test_a_write_error_after_a_removal_is_counted(tick: Tick, tmp_path: Path) -> None:
    """Where a deleted segment fails before anybody has noticed, what it held is taken along, or reported."""
    disk = FaultyDisk()
    writer = make_journal(tmp_path / "root", disk=disk)
    writer.append("first")
    tick(writer)
    shutil.rmtree(tmp_path / "root")
    writer.append("after", 3)
    disk.plan = lambda _number, kind: fail() if kind == "write" else None
    writer.append("refused")
    disk.plan = lambda _number, _kind: None
    writer.append("healed", 2)
    writer.journal.end()

    found = read(tmp_path / "root").hold()
    # The first stood in its place before the removal, and is gone with it.
    assert sum(found.missing.values()) == sum(found.dropped.values()) + 1
    assert found.batches[("healed", 2)] == 1


def test_a_link_that_leads_nowhere(tick: Tick, tmp_path: Path) -> None:
    """Where the directory is a link whose target goes, records are refused until it is back."""
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "root").symlink_to(target)
    writer = make_journal(tmp_path / "root")
    writer.append("before")
    shutil.rmtree(target)
    writer.append("after", 2)
    tick(writer)
    writer.append("gone", 2)
    target.mkdir()
    tick(writer)
    writer.append("back", 2)
    writer.journal.end()

    found = read(tmp_path / "root").hold()
    assert found.batches[("back", 2)] == 1
    missing = sum(found.missing.values())
    assert missing - sum(found.dropped.values()) <= 1


@pytest.mark.parametrize("place", ["root", "folder"])
def test_a_file_in_its_place(place: str, tick: Tick, tmp_path: Path) -> None:
    """Where a file takes the place of a directory, records are refused until it goes; nothing hangs."""
    writer = make_journal(tmp_path / "root")
    writer.append("before")
    REMOVALS[place](writer)
    path = tmp_path / "root" if place == "root" else writer.journal.path
    path.touch()
    writer.append("after", 2)
    tick(writer)
    writer.journal.close()
    writer.append("gone", 2)
    path.unlink()
    writer.append("back", 2)
    writer.journal.end()

    found = read(tmp_path / "root").hold()
    assert found.batches[("back", 2)] == 1
    assert sum(found.missing.values()) - sum(found.dropped.values()) <= 1


def test_a_removed_lock_file_is_no_end(writer: Writer, tick: Tick, tmp_path: Path) -> None:
    """A journal whose lock file alone is deleted goes on."""
    writer.append("before")
    (writer.journal.path / "lock").unlink()
    writer.append("after", 2)
    tick(writer)
    writer.journal.close()
    writer.append("later", 2)

    assert read(tmp_path / "root").hold().batches == dict.fromkeys(writer.accepted, 1)
