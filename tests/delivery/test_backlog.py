"""An emitter's segments, in order, and what is deleted of them when."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from time import sleep, time

import pytest
from faults.journals import leave, record, records

from telemetry_events.delivery import backlog as module
from telemetry_events.delivery.backlog import Backlog, Piece
from telemetry_events.delivery.claim import Claim
from telemetry_events.journal.folder import Folder

ALL = 10_000, 10**9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that a dead process has left: three segments of four lines."""
    lines = records(12)
    for number in (3, 1, 2):
        left = leave(tmp_path, lines[4 * number - 4 : 4 * number], segment=number)
    return left


@pytest.fixture
def backlog(folder: Path) -> Iterator[Backlog]:
    """What waits in it."""
    claim = Claim.take(folder)
    assert claim
    backlog = Backlog(claim)
    yield backlog
    backlog.give_up()


def seqs(pieces: list[Piece]) -> list[int]:
    """Return the numbers of the lines of pieces."""
    return [int(line.split(b'"seq":')[1].split(b",")[0]) for piece in pieces for line in piece.lines]


def deliver(backlog: Backlog, lines: int = ALL[0]) -> None:
    """Take note of the delivery of so many lines."""
    for piece in backlog.pieces(lines, ALL[1])[0]:
        piece.advance()


def test_segments_are_in_the_order_of_their_numbers(backlog: Backlog) -> None:
    """All lines come in the order that they were written in, as many as are wanted."""
    pieces, is_all = backlog.pieces(*ALL)
    assert (seqs(pieces), is_all) == (list(range(1, 13)), True)
    assert (seqs(backlog.pieces(6, ALL[1])[0]), backlog.pieces(6, ALL[1])[1]) == ([1, 2, 3, 4, 5, 6], False)
    assert backlog.pieces(12, ALL[1])[1]
    size = sum(len(line) + 1 for piece in pieces[:2] for line in piece.lines)
    assert [seqs(backlog.pieces(100, size - less)[0])[-1] for less in (-1, 0, 1)] == [8, 8, 7]


def test_numbers_that_are_missing(folder: Path, backlog: Backlog) -> None:
    """What is not there was delivered, or is lost: the others go on."""
    (folder / "00000002.jsonl").unlink()
    assert seqs(backlog.pieces(*ALL)[0]) == [1, 2, 3, 4, 9, 10, 11, 12]


def test_what_was_delivered_is_deleted(folder: Path, backlog: Backlog) -> None:
    """A segment goes when its last line was delivered, not before, and the folder goes with the last one."""
    for lines, left in ((3, [1, 2, 3]), (1, [2, 3]), (3, [2, 3]), (2, [3])):
        deliver(backlog, lines)
        assert not backlog.tidy()
        assert sorted(folder.glob("*.jsonl")) == [folder / f"{number:08d}.jsonl" for number in left]
    deliver(backlog)
    assert backlog.tidy()
    assert not folder.exists()


def test_what_is_not_ours_stays(folder: Path, backlog: Backlog) -> None:
    """A folder that somebody has put something into stays with that, and all else of it goes."""
    (folder / "notes.txt").write_text("mine")
    deliver(backlog)
    backlog.tidy()
    assert (folder / "notes.txt").read_text() == "mine"
    assert not list(folder.glob("*.jsonl"))


def test_a_cursor_without_a_segment(folder: Path, backlog: Backlog) -> None:
    """It is what a crash has left, and goes."""
    (folder / "00000009-5.cursor").touch()
    backlog.pieces(*ALL)
    assert not (folder / "00000009-5.cursor").exists()


def test_the_end_of_a_segment_is_cut(folder: Path, backlog: Backlog) -> None:
    """Half a line of a dead process is no line: it is counted, and keeps nothing from being deleted."""
    with (folder / "00000003.jsonl").open("ab") as segment:
        segment.write(record(13)[:30])
    assert seqs(backlog.pieces(*ALL)[0]) == list(range(1, 13))
    deliver(backlog)
    backlog.pieces(*ALL)
    assert backlog.tidy()
    assert backlog.torn == 1
    assert not folder.exists()


def test_a_living_process_keeps_its_last_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be appended to; the ones before are deleted once they have lain still."""
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.2)
    emitter = Folder(tmp_path, "service", "a" * 16)
    folder = emitter.make()
    (folder / "00000001.jsonl").write_bytes(record(1) + b"\n")
    (folder / "00000002.jsonl").write_bytes(record(2) + b"\n")
    claim = Claim.take(folder)
    assert claim
    backlog = Backlog(claim)
    deliver(backlog)
    backlog.tidy()
    assert len(list(folder.glob("*.jsonl"))) == 2
    end = time() + 10
    while (folder / "00000001.jsonl").exists() and time() < end:
        backlog.pieces(*ALL)
        assert not backlog.tidy()
        sleep(0.05)
    assert [each.name for each in folder.glob("*.jsonl")] == ["00000002.jsonl"]
    backlog.give_up()
    emitter.abandon()


def test_what_waits(folder: Path, backlog: Backlog) -> None:
    """Its bytes are those that were not delivered, and it waits since the oldest segment was written."""
    size = sum(file.stat().st_size for file in folder.glob("*.jsonl"))
    os.utime(folder / "00000001.jsonl", (1000, 1000))
    os.utime(folder / "00000002.jsonl", (2000, 2000))
    assert backlog.waiting() == (size, 1000)
    first = (folder / "00000001.jsonl").stat().st_size
    deliver(backlog, 4)
    assert backlog.waiting() == (size - first, 2000)
    deliver(backlog)
    assert backlog.waiting() == (0, float("inf"))


def test_a_process_without_a_free_descriptor(folder: Path, backlog: Backlog) -> None:
    """What cannot be read for now is not taken for delivered, and is there when it can be read."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, usual[1]))
    try:
        pieces, is_readable, is_gone = backlog.pieces(*ALL)[0], backlog.is_readable, backlog.tidy()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)

    assert (pieces, is_readable, is_gone) == ([], False, False)
    assert seqs(backlog.pieces(*ALL)[0]) == list(range(1, 13))
    assert backlog.is_readable
    assert len(list(folder.glob("*.jsonl"))) == 3
