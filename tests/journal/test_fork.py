"""A forked child is an emitter of its own, at once and without waiting for anybody."""

import json
import os
from pathlib import Path

import pytest
from journal.reading import Found, read
from journal.running import run

# The long form: TELEMETRY_EVENTS_FORKS=300 pytest tests/journal/test_fork.py
FORKS = int(os.environ.get("TELEMETRY_EVENTS_FORKS", "60"))


def forked(directory: Path, how: str, forks: int, threads: int = 4, durability: str = "process") -> Found:
    """Run the program, and hold that each event of all its processes is there exactly once."""
    counts = json.loads(run("forks.py", directory, how, forks, threads, durability))
    found = read(directory).hold()

    assert found.batches == {(name, n): 1 for name, count in counts.items() for n in range(1, count + 1)}
    assert not found.torn
    assert not found.missing
    assert {line.folder for line in found.lines} == set(directory.iterdir())
    by_folder = {line.folder: line.members["emitter"] for line in found.lines}
    assert len(set(by_folder.values())) == len(by_folder)
    return found


@pytest.mark.parametrize(
    ("how", "share", "emitters"), [("plain", 1, 1), ("double", 5, 2), ("silent", 5, 1), ("from_thread", 4, 1)]
)
def test_forks_under_load(how: str, share: int, emitters: int, tmp_path: Path) -> None:
    """Forks beside threads that log: no child hangs; all events are there once, a child's in its folder."""
    forks = FORKS // share

    assert len(forked(tmp_path, how, forks).emitters) == 1 + forks * emitters


def test_forks_under_load_with_power(tmp_path: Path) -> None:
    """The same holds where each call waits for the disk."""
    assert len(forked(tmp_path, "plain", FORKS // 4, durability="power").emitters) == 1 + FORKS // 4


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str, tmp_path: Path) -> None:
    """Children of multiprocessing log too: forked ones as they are, others after a set-up of their own."""
    assert len(forked(tmp_path, method, 2, threads=1).emitters) == 3


def test_a_fork_leaves_the_parent_as_it_was(tmp_path: Path) -> None:
    """A parent that logs only after its forks is one emitter, and its first event has the number 1."""
    found = forked(tmp_path, "plain", 3, threads=0)

    assert [line.members["seq"] for line in found.lines if line.members["protocol_name"] == "parent"] == [
        1,
        2,
        3,
    ]
