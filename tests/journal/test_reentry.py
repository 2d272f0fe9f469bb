"""A call within a call, at each line of the journal in turn: as a signal may come, or a finaliser run."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Any

import pytest
from journal.disks import FaultyDisk
from journal.journals import Writer, fill_segment, make_journal, no_keeper, open_files, open_segment
from journal.reading import read

from telemetry_events import journal as package
from telemetry_events.journal import PowerJournal

LIBRARY = str(Path(package.__file__).parent)
Within = Callable[[Writer], object]


@dataclass(frozen=True)
class Point:
    """A line of the journal, in a step of the work."""

    step: int
    path: str
    line: int

    def __str__(self) -> str:
        return f"{Path(self.path).name}:{self.line} in step {self.step}"


def points_of(step: int, work: Callable[[], object], met: Callable[[Point], bool]) -> None:
    """Do a step, and tell of each line of the journal that it comes to, until one says that it is enough."""

    def trace(frame: FrameType, what: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(LIBRARY) or sys.gettrace() is None:
            return None
        if what == "line" and met(Point(step, frame.f_code.co_filename, frame.f_lineno)):
            sys.settrace(None)
            return None
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)


def steps_of(writer: Writer, tick: Callable[[Writer], None]) -> list[Callable[[], object]]:
    """Return all that a journal does, in steps."""
    journal = writer.journal
    return [
        lambda: writer.append(count=2),
        lambda: fill_segment(writer) or writer.append(count=2),
        lambda: journal.flush(),
        lambda: tick(writer),
        lambda: journal.close(),
    ]


def problems(directory: Path, writer: Writer) -> list[str]:
    """Say what is wrong after the work, and after the journal was closed."""
    found = read(directory).hold(ordered=False)
    ledger = writer.journal._disk.ledger
    unsafe = [line.batch for line in found.lines if not ledger.is_safe(line.raw, line.path)]
    held = open_files(directory)
    return [
        said
        for said, wrong in {
            f"not there once: {writer.accepted} {found.batches}": found.batches
            != dict.fromkeys(writer.accepted, 1),
            f"refused: {writer.refused}": writer.refused,
            f"missing: {found.missing}": found.missing,
            f"torn: {found.torn}": found.torn,
            f"never synced: {unsafe}": unsafe,
            f"left open: {held}": held != ["lock"],
        }.items()
        if wrong
    ]


def append_within(writer: Writer) -> None:
    """Append a line, which with power is synced then."""
    writer.append("within")
    if isinstance(writer.journal, PowerJournal):
        [line] = [line for line in read(writer.journal.path.parent).lines if line.batch == ("within", 1)]
        assert writer.journal._disk.ledger.is_safe(line.raw, line.path)


@pytest.mark.parametrize(
    ("within", "power"),
    [
        (append_within, False),
        (append_within, True),
        (lambda writer: writer.journal.flush(), False),
        (lambda writer: writer.journal.close(), False),
    ],
    ids=["append", "append-power", "flush", "close"],
)
def test_a_call_at_each_line(
    within: Within, power: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a journal is doing, another call in its midst finds it in order, and leaves it so."""
    tick = no_keeper(monkeypatch)
    wrong: list[str] = []
    points: dict[Point, None] = {}
    writer = make_journal(tmp_path / "first", power=power, disk=FaultyDisk())
    for number, step in enumerate(steps_of(writer, tick)):
        points_of(number, step, lambda point: points.setdefault(point) is not None)
    assert len(points) > 150, "the journal's lines have not been visited"
    for place, wanted in enumerate(points):
        directory = tmp_path / str(place)
        writer = make_journal(directory, power=power, disk=FaultyDisk())

        def visit(point: Point) -> bool:
            if point != wanted:  # noqa: B023 (it is called within this turn)
                return False
            within(writer)  # noqa: B023
            return True

        for number, step in enumerate(steps_of(writer, tick)):
            if number != wanted.step:
                step()
                continue
            points_of(number, step, visit)
            numbers = [int(path.stem) for path in writer.journal.path.glob("*.jsonl")]
            if open_segment(writer) not in (None, max(numbers)):
                wrong.append(f"{wanted}: the highest segment is not the one that is written")
        writer.journal.close()
        wrong += [f"{wanted}: {each}" for each in problems(directory, writer)]
        writer.journal._folder.abandon()
        rmtree(directory)
    assert not wrong, f"{len(wrong)} problems:\n" + "\n".join(wrong[:20])
