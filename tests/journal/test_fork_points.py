"""A fork may come while another thread stands at any line of the journal."""

import json
from dataclasses import dataclass
from shutil import rmtree
from subprocess import TimeoutExpired

import pytest
from journal.reading import Found, read
from journal.running import DEADLINE, start


@dataclass(frozen=True)
class Points:
    """What a run of fork_points.py has found."""

    said: list[list[object]]
    complaints: str
    found: Found

    def all(self, kind: str) -> list[list[object]]:
        """Return what it said of a kind."""
        return [said[1:] for said in self.said if said[0] == kind]


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Points:
    """Fork at each line, once for all tests."""
    directory = tmp_path_factory.mktemp("fork") / "points"
    process = start("fork_points.py", directory)
    try:
        output, complaints = process.communicate(timeout=DEADLINE)
    except TimeoutExpired:
        process.kill()
        raise AssertionError(f"it hangs: {process.communicate()}") from None
    assert process.returncode == 0, complaints
    found = read(directory)
    rmtree(directory)
    return Points([json.loads(line) for line in output.splitlines()], complaints, found)


def test_no_child_hangs(points: Points) -> None:
    """Wherever the other thread stands, the child logs and ends."""
    [[forks]] = points.all("forks")

    assert points.all("hangs") == []
    assert isinstance(forks, int)
    assert forks > 150, "the thread has not been stopped at the lines of the journal"


def test_each_child_is_an_emitter(points: Points) -> None:
    """Wherever the other thread stands, each child's events are there once, in a folder of its own."""
    [[forks]] = points.all("forks")
    children = {
        (line.batch, line.identity) for line in points.found.lines if line.batch and "child" in line.batch[0]
    }
    emitters = {identity[0] for _, identity in children}

    assert {batch for batch, _ in children} == {
        (f"child-{n}", k) for n in range(1, forks + 1) for k in (1, 2)
    }
    assert {identity for _, identity in children} == {
        (emitter, seq) for emitter in emitters for seq in (1, 2)
    }
    assert len(emitters) == forks


def test_the_thread_loses_nothing(points: Points) -> None:
    """The thread that was stopped at each line goes on, and its events are there once."""
    [[turns]] = points.all("turns")
    steps = {"first": 2, "next": 2, "moved": 2, "last": 1}

    points.found.hold()
    assert {batch: times for batch, times in points.found.batches.items() if "child" not in batch[0]} == {
        (f"{step}-{turn}", n): 1
        for step, count in steps.items()
        for n in range(1, count + 1)
        for turn in range(1, turns + 1)
    }


def test_nothing_is_complained_of(points: Points) -> None:
    """A fork goes without a word on standard error."""
    assert points.complaints == ""


def test_a_child_keeps_nothing_of_its_parent(points: Points) -> None:
    """A child has closed what its parent's journal had open: it would keep a deleted segment's room."""
    assert points.all("keeps") == []
