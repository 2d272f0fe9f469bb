"""What goes out together, and halves of it. How much that is, is in tests/faults/test_batches.py."""

from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from faults.journals import leave, record, records
from hypothesis import given
from hypothesis import strategies as st

from telemetry_events.delivery.backlog import Backlog
from telemetry_events.delivery.batch import Batch
from telemetry_events.delivery.claim import Claim

VALID = b'{"emitter":"e","seq":1}'


def batch_of(directory: Path, *emitters: list[bytes]) -> tuple[Batch, list[Backlog]]:
    """Return a batch of what these emitters have written, and their backlogs, which are to be given up."""
    backlogs = []
    for number, lines in enumerate(emitters):
        claim = Claim.take(leave(directory, lines, f"emitter{number}"))
        assert claim
        backlogs.append(Backlog(claim))
    return Batch.of(backlogs), backlogs


def test_an_empty_backlog_gives_an_empty_batch(tmp_path: Path) -> None:
    """Where nothing waits there is nothing to send, and no more of it."""
    batch, backlogs = batch_of(tmp_path, [], [])
    assert (len(batch), batch.lines, batch.is_full) == (0, [], False)
    for backlog in backlogs:
        backlog.give_up()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4).filter(any))
def test_halves(counts: list[int]) -> None:
    """They are the batch again, in its order, and of sizes that differ by one at the most."""
    with TemporaryDirectory() as name:
        emitters = [records(count, f"emitter{number}") for number, count in enumerate(counts)]
        batch, backlogs = batch_of(Path(name), *emitters)
        first, second = batch.halves()

        assert first.lines + second.lines == batch.lines == [line for lines in emitters for line in lines]
        assert 0 <= len(second) - len(first) <= 1
        assert len(first) + len(second) == len(batch) == sum(counts)
        assert all(half.lines for half in (first, second)) == (len(batch) > 1)
        # Each piece says where it ends, which is where the next one begins.
        for piece in (*first.pieces, *second.pieces):
            stored = piece.segment.path.read_bytes()[piece.start : piece.end]
            assert stored == b"".join(line + b"\n" for line in piece.lines)
        for backlog in backlogs:
            backlog.give_up()


def test_what_was_delivered_is_not_given_again(tmp_path: Path) -> None:
    """A batch that has advanced is behind, for this process and, by its cursor, for the next."""
    lines = records(10)
    batch, [backlog] = batch_of(tmp_path, lines)
    first, second = batch.halves()
    first.advance()
    assert Batch.of([backlog]).lines == second.lines == lines[5:]
    backlog.give_up()
    claim = Claim.take(backlog.folder)
    assert claim
    again = Backlog(claim)
    assert Batch.of([again]).lines == lines[5:]
    Batch.of([again]).advance()
    assert Batch.of([again]).lines == []
    again.give_up()


def test_lines_that_come_meanwhile(tmp_path: Path) -> None:
    """A line is taken when its line feed is there, and half a line is not."""
    _, [backlog] = batch_of(tmp_path, records(1))
    Batch.of([backlog]).advance()
    with (backlog.folder / "00000001.jsonl").open("ab", buffering=0) as segment:
        segment.write(whole := record(2))
        assert Batch.of([backlog]).lines == []
        segment.write(b"\n" + record(3)[:20])
        assert Batch.of([backlog]).lines == [whole]
    assert orjson.loads(whole)["seq"] == 2
    backlog.give_up()
