"""A process may have no descriptor left: its open segment takes what it logs until there are some again."""

import gc
from pathlib import Path

import pytest
from journal.journals import make_journal, open_files
from journal.reading import read
from journal.running import run


@pytest.mark.parametrize("durability", ["process", "power"])
def test_no_descriptor_is_left(durability: str, tmp_path: Path) -> None:
    """Nothing is lost while a segment is open, nothing raises, and later segments are opened."""
    count, flushed, descriptors = run(
        "descriptors.py", tmp_path, durability, errors=durability == "power"
    ).split()
    found = read(tmp_path).hold(ordered=durability == "process", once=durability == "process")

    assert set(found.batches) == {("main", n) for n in range(1, int(count) + 1)}
    assert durability == "power" or set(found.batches.values()) == {1}
    assert not found.missing
    assert flushed == "True"
    assert int(descriptors) < 12, "descriptors have been left open"
    assert max(line.segment for line in found.lines) >= 3


def test_a_first_event_without_a_descriptor(tmp_path: Path) -> None:
    """Where not even the first segment can be opened, what is refused is reported when one can be."""
    count = int(run("first_event.py", tmp_path, errors=True))
    found = read(tmp_path).hold()

    assert found.missing == found.dropped
    assert sum(found.dropped.values()) + len(found.batches) == count
    assert found.batches[("main", count)] == 1
    assert sum(found.dropped.values()) >= 5


def test_a_dropped_journal_keeps_no_descriptor(tmp_path: Path) -> None:
    """A journal that nobody has closed, and whose thread a fork has stopped, closes what it has open."""
    writer = make_journal(tmp_path)
    writer.append(count=3)
    writer.journal.pause()
    before = open_files(tmp_path)
    del writer
    gc.collect()

    assert sorted(before) == ["00000001.jsonl", "lock"]
    assert open_files(tmp_path) == []
