"""All journals of a directory share its capacity: the oldest segments go, but none that is open."""

import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from journal.journals import make_journal, no_keeper
from journal.reading import read
from journal.running import start

MIB = 2**20
SEGMENT = MIB // 8


def held(directory: Path) -> int:
    """Return how many bytes the segments of a directory have."""
    total = 0
    for path in directory.glob("*/*.jsonl"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


@contextmanager
def fillers(
    directory: Path, count: int, size: int, capacity: int = MIB
) -> "Iterator[list[subprocess.Popen[str]]]":
    """Run processes that log, all at the same time, and live on until the end."""
    processes = [start("filler.py", directory, capacity, size, f"filler-{n}") for n in range(count)]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        yield processes
    finally:
        for process in processes:
            if not process.stdin or not process.stdin.closed:
                process.communicate(timeout=30)


def test_several_processes_keep_within_the_capacity(tmp_path: Path) -> None:
    """While four processes log four times the capacity, they hold no more than it and a segment each."""
    highest = 0
    with fillers(tmp_path, 4, MIB) as processes:
        for process in processes:
            assert process.stdout
            while True:
                highest = max(highest, held(tmp_path))
                if not process.stdout.readable() or _is_done(process):
                    break
        # Those that live have the segments that they wrote last.
        found = read(tmp_path).hold()
        last = {line.members["service"]: line for line in found.lines}
        for process in processes:
            _, complaints = process.communicate(timeout=30)
            assert (process.returncode, complaints) == (0, "")

    for name in last:
        numbers = [line.members["batch_number"] for line in found.lines if line.members["service"] == name]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert MIB / 2 < highest <= MIB + 4 * (SEGMENT + 1000)
    assert not found.dropped
    assert {name: line.members["batch_number"] for name, line in last.items()} == {
        f"filler-{n}": MIB // 250 for n in range(4)
    }


def _is_done(process: "subprocess.Popen[str]") -> bool:
    """Tell whether a filler has said that it is done, without waiting for it."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], 0.002)
    return bool(ready) and process.stdout.readline() == "done\n"


def test_more_live_processes_than_segments(tmp_path: Path) -> None:
    """Also where the open segments alone take the capacity, nobody refuses, nor do segments grow."""
    with fillers(tmp_path, 12, SEGMENT * 3) as processes:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "done\n"
        found = read(tmp_path).hold()
        largest = max(path.stat().st_size for path in tmp_path.glob("*/*.jsonl"))
        complaints = [process.communicate(timeout=30)[1] for process in processes]

    assert set(complaints) == {""}
    assert not found.dropped
    assert largest <= SEGMENT + 1000


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes is the oldest: what is left of each emitter has no gap, and ends with its last record."""
    no_keeper(monkeypatch)
    writer, other = (make_journal(tmp_path, capacity_bytes=MIB) for _ in range(2))
    for _ in range(40):
        writer.append("writer", 200)
        other.append("other", 100)
        assert held(tmp_path) <= MIB + 2 * (SEGMENT + 1000)
    found = read(tmp_path).hold()
    writer.journal.end()
    other.journal.end()

    for name, count in (("writer", 8000), ("other", 4000)):
        numbers = [
            line.members["batch_number"] for line in found.lines if line.members["protocol_name"] == name
        ]
        assert numbers == list(range(count - len(numbers) + 1, count + 1))
        assert len(numbers) < count
    assert held(tmp_path) > MIB / 2


def test_the_dead_vanish_and_the_living_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead process' folder goes with its last segment; a live process keeps its last one, however old."""
    no_keeper(monkeypatch)
    with fillers(tmp_path, 2, SEGMENT // 2) as (alive, dead):
        for process in (alive, dead):
            assert process.stdout
            assert process.stdout.readline() == "done\n"
        folders = {process: next(tmp_path.glob(f"*-{process.pid}-*")) for process in (alive, dead)}
        dead.kill()
        dead.communicate()
        writer = make_journal(tmp_path, capacity_bytes=MIB)
        writer.append(count=12000)

        assert not folders[dead].exists()
        assert [path.name for path in sorted(folders[alive].iterdir())] == ["00000001.jsonl", "lock"]
        writer.journal.end()


def test_what_is_to_be_delivered_is_never_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where records are to be delivered, the newest are refused, and reported once there is room."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    tick = no_keeper(monkeypatch)
    writer = make_journal(tmp_path, capacity_bytes=MIB, to_deliver=True)
    writer.append(count=6000)
    assert writer.accepted == [("main", n) for n in range(1, len(writer.accepted) + 1)]
    assert held(tmp_path) <= MIB + SEGMENT
    before = read(tmp_path).hold()
    assert before.batches == dict.fromkeys(writer.accepted, 1)
    assert len(writer.refused) > 1000
    assert not writer.journal.flush()
    # As a delivery makes room: the oldest, once their lines have been accepted elsewhere.
    gone = sorted(writer.journal.path.glob("*.jsonl"))[:3]
    delivered = sum(path.read_bytes().count(b"\n") for path in gone)
    for path in gone:
        path.unlink()
    tick(writer)
    writer.append(count=10)
    assert writer.journal.flush()

    found = read(tmp_path).hold()
    assert sum(found.dropped.values()) == len(writer.refused)
    assert sum(found.missing.values()) == len(writer.refused) + delivered
    assert [line.members["reason"] for line in found.lines if "reason" in line.members] == ["journal_full"]
    writer.journal.end()


def test_what_deleting_cannot_cure_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a disk would have too little room even with all segments gone, none goes."""
    no_keeper(monkeypatch)
    writer = make_journal(tmp_path, capacity_bytes=MIB)
    writer.append(count=2000)
    before = read(tmp_path).hold().batches
    writer.journal._disk.free = lambda _folder: (2**20, 2**40)  # type: ignore[method-assign]
    writer.append(count=1000)
    after = read(tmp_path).hold().batches

    assert before.keys() <= after.keys()
    writer.journal.end()


def test_what_another_is_to_deliver_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that makes room for itself deletes nothing that is still to be delivered for another."""
    no_keeper(monkeypatch)
    other = make_journal(tmp_path, capacity_bytes=MIB, to_deliver=True)
    other.append("other", 2000)
    other.journal.end()
    before = {path: path.read_bytes() for path in other.journal.path.glob("*.jsonl")}

    writer = make_journal(tmp_path, capacity_bytes=MIB)
    writer.append("writer", 12000)
    writer.journal.end()

    assert len(before) > 1
    assert {path: path.read_bytes() for path in other.journal.path.glob("*.jsonl")} == before
    assert not writer.refused
