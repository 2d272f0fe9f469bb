"""Records that cannot be delivered are kept, as far as there is room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.journals import leave, records

from telemetry_events.delivery import quarantine as module
from telemetry_events.delivery.backlog import Backlog
from telemetry_events.delivery.batch import Batch
from telemetry_events.delivery.claim import Claim
from telemetry_events.delivery.quarantine import Quarantine


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    """Three lines of one emitter."""
    claim = Claim.take(leave(tmp_path, records(3)))
    assert claim
    backlog = Backlog(claim)
    yield Batch.of([backlog])
    backlog.give_up()


def test_lines_are_kept_as_they_are(batch: Batch, tmp_path: Path) -> None:
    """They lie by the reason and by their emitter, in order, where only their owner may read them."""
    quarantine = Quarantine(tmp_path)
    for each in (*batch.halves(), batch):
        quarantine.take(each, "400")
    file = tmp_path / "quarantine" / "400" / f"{batch.backlogs[0].folder.name}.jsonl"

    assert file.read_bytes() == b"".join(line + b"\n" for line in batch.lines * 2)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in file.parents[:2]} == {0o700}


def test_it_is_full_one_day(batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds is counted over all reasons; what does not fit is an error, and is not kept by half."""
    size = sum(len(line) + 1 for line in batch.lines)
    monkeypatch.setattr(module, "MOST_BYTES", 2 * size)
    quarantine = Quarantine(tmp_path)
    quarantine.take(batch, "400")
    quarantine.take(batch, "413")
    with pytest.raises(OSError, match="full"):
        quarantine.take(batch, "invalid")
    assert sum(file.stat().st_size for file in tmp_path.glob("quarantine/*/*")) == 2 * size


def test_no_symlink_is_written_through(batch: Batch, tmp_path: Path) -> None:
    """One in the place of a file is an error, and what it points to stays."""
    folder = tmp_path / "quarantine" / "400"
    folder.mkdir(parents=True)
    (tmp_path / "victim").write_bytes(b"mine")
    (folder / f"{batch.backlogs[0].folder.name}.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        Quarantine(tmp_path).take(batch, "400")
    assert (tmp_path / "victim").read_bytes() == b"mine"


def test_a_segment_is_moved_here(batch: Batch, tmp_path: Path) -> None:
    """One that cannot be read as lines is kept whole."""
    segment = batch.pieces[0].segment
    text = segment.path.read_bytes()
    Quarantine(tmp_path).take_whole(segment, "invalid")
    [held] = tmp_path.glob("quarantine/invalid/*")

    assert held.read_bytes() == text
    assert held.name == f"{batch.backlogs[0].folder.name}-00000001.jsonl"
    assert not segment.path.exists()
