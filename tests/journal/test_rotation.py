"""Segments follow one another without a line lost, split or out of order, and an idle one is closed."""

import threading
from pathlib import Path
from time import monotonic

import pytest
from journal.journals import make_journal, open_segment
from journal.reading import read

SEGMENT = 128 * 1024
DEADLINE = 20


def test_rotation_under_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 8 threads and small segments, each number is there once, in order, in full segments."""
    monkeypatch.setattr("telemetry_events.journal.writer.SEGMENT_BYTES", SEGMENT)
    writer = make_journal(tmp_path)
    threads = [threading.Thread(target=writer.append, args=(f"thread-{n}", 2000)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    writer.journal.close()
    found = read(tmp_path).hold()

    assert found.batches == {(f"thread-{n}", k): 1 for n in range(8) for k in range(1, 2001)}
    assert [line.members["seq"] for line in found.lines] == list(range(1, 16001))
    assert not found.torn
    *full, last = sorted(writer.journal.path.glob("*.jsonl"))
    assert [int(path.stem) for path in [*full, last]] == list(range(1, len(full) + 2))
    assert len(full) > 20
    assert all(SEGMENT <= path.stat().st_size < SEGMENT + 1000 for path in full)
    for path, mode in ((writer.journal.path, 0o700), (last, 0o600), (writer.journal.path / "lock", 0o600)):
        assert path.stat().st_mode & 0o777 == mode
    writer.journal.end()


def test_an_idle_segment_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old segment is left by itself; the thread ends then, and begins again with the next record."""
    monkeypatch.setattr("telemetry_events.journal.journal.SEGMENT_SECONDS", 0.03)
    monkeypatch.setattr("telemetry_events.journal.keeper.INTERVAL", 0.01)
    ended = threading.Event()
    writer = make_journal(tmp_path)
    finish = writer.journal._keeper.finish
    monkeypatch.setattr(writer.journal._keeper, "finish", lambda: finish() or ended.set())
    before = threading.active_count()
    for number in range(1, 4):
        ended.clear()
        writer.append()
        assert ended.wait(DEADLINE), "the segment is still open, or the thread does not end"
        assert open_segment(writer) is None
        assert [int(path.stem) for path in sorted(writer.journal.path.iterdir()) if path.suffix] == list(
            range(1, number + 1)
        )
    writer.journal.end()

    assert threading.active_count() <= before
    assert [line.segment for line in read(tmp_path).hold().lines] == [1, 2, 3]


def test_a_busy_segment_is_closed_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment that records keep coming to is left as well, once it is old."""
    monkeypatch.setattr("telemetry_events.journal.journal.SEGMENT_SECONDS", 0.03)
    monkeypatch.setattr("telemetry_events.journal.keeper.INTERVAL", 0.01)
    writer = make_journal(tmp_path)
    end = monotonic() + DEADLINE
    while len(list(tmp_path.glob("*/*.jsonl"))) < 4:
        writer.append()
        assert monotonic() < end, "the segment is still open"
    writer.journal.end()

    assert read(tmp_path).hold().batches == dict.fromkeys(writer.accepted, 1)
