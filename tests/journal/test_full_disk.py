"""Where the disk is full, what was accepted stays, and what is refused is counted; nothing raises."""

import json
from pathlib import Path

import pytest
from journal.journals import make_journal, no_keeper
from journal.reading import read
from journal.running import run


def fill(path: Path, *, leave: int = 0) -> None:
    """Fill a disk to the last byte, but for some."""
    with path.open("ab", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - leave)


@pytest.mark.parametrize(("how", "refused"), [("enospc", 2000), ("limit 64", 2000), ("limit 65536", 0)])
def test_a_program_on_a_full_disk(how: str, refused: int, small_disk: Path) -> None:
    """Others fill the disk: the numbers that are missing afterwards are those that were reported."""
    full, free, last = json.loads(run("full_disk.py", small_disk, *how.split(), errors=True))
    found = read(small_disk / "journal").hold()

    sure = {("main", n) for n in [*range(1, full + 1), *range(free + 1, last + 1)]}
    assert sure <= set(found.batches)
    assert found.missing == found.dropped
    assert sum(found.dropped.values()) >= refused
    assert len(found.batches) + sum(found.dropped.values()) == last


@pytest.mark.parametrize("power", [False, True], ids=["process", "power"])
def test_an_own_full_disk(power: bool, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fills the disk, three times: exactly what was accepted is there, the rest is reported."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    tick = no_keeper(monkeypatch)
    writer = make_journal(small_disk / "journal", power=power, to_deliver=True)
    for turn in range(3):
        filler = small_disk / "filler"
        fill(filler, leave=100_000 + turn)
        writer.append(count=800 if power else 2000)
        assert len(writer.refused) > 300 * (turn + 1)
        filler.unlink()
        tick(writer)
        assert writer.journal.flush()
    writer.journal.end()

    found = read(small_disk / "journal").hold()
    assert found.batches == dict.fromkeys(writer.accepted, 1)
    assert found.missing == found.dropped
    assert sum(found.dropped.values()) == len(writer.refused) == writer.journal.lost
    assert len(writer.accepted) > 300


def test_a_line_is_whole_or_torn_at_an_end(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little room the disk has left, the line that does not fit is nowhere in a segment's midst."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    monkeypatch.setattr("telemetry_events.journal.capacity._MAX_FLOOR", 0)
    writer = make_journal(small_disk / "journal", to_deliver=True)
    writer.append()
    fill(small_disk / "filler")
    writer.append(count=50)
    for room in range(3):
        with (small_disk / "filler").open("r+b") as filler:
            filler.truncate((small_disk / "filler").stat().st_size - 4096 * room)
        writer.append(count=50)
    (small_disk / "filler").unlink()
    writer.append(count=2)
    writer.journal.end()

    found = read(small_disk / "journal").hold()
    assert found.batches == dict.fromkeys(writer.accepted, 1)
    assert found.missing == found.dropped
    assert writer.refused
