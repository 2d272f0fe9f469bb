"""Any sequence of calls, faults and deletions keeps the law: a number that is missing was reported.

The long form: TELEMETRY_EVENTS_EXAMPLES=5000 pytest tests/journal/test_disk_model.py
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal.disks import Fault, FaultyDisk, fail, short
from journal.journals import Writer, fill_segment, make_journal, no_keeper
from journal.reading import Line, read

LONG = int(os.environ.get("TELEMETRY_EVENTS_EXAMPLES", "0"))

KINDS = st.sampled_from(["write", "create", "datasync", "close", "free"])
FAULTS = st.one_of(
    st.sampled_from([errno.EIO, errno.ENOSPC, errno.EMFILE]).map(fail), st.integers(-400, 1200).map(short)
)


class Model:
    """A journal on a disk that fails at times, and all that was ever to be read of it."""

    def __init__(self, root: Path, tick: Callable[[Writer], None]) -> None:
        self.root = root
        self.disk = FaultyDisk()
        self.writer = make_journal(root, disk=self.disk, to_deliver=True)
        self.tick = tick
        self.deleted = False
        self.seen: dict[tuple[str, int], Line] = {}

    def append(self, count: int) -> None:
        """Append some lines."""
        self.writer.append("main", count)

    def nest(self, kind: str) -> None:
        """Append a line behind the next call of a kind, where Python lets a signal's handler run."""

        def nested(_kind: str, work: Callable[..., object], *arguments: object) -> object:
            self.disk.plan = lambda _number, _kind: None
            done = work(*arguments)
            self.writer.append("nested")
            return done

        self.disk.plan = lambda _number, what: nested if what == kind else None
        self.writer.append("main")
        self.heal()

    def rotate(self) -> None:
        """Have the open segment be full with the next line."""
        fill_segment(self.writer)

    def look_after(self) -> None:
        """Do what the journal's thread does."""
        self.tick(self.writer)

    def flush(self) -> None:
        """Flush."""
        self.writer.journal.flush()

    def close(self) -> None:
        """Leave the open segment."""
        self.writer.journal.close()

    def remove(self, what: str) -> None:
        """Delete, as somebody else may, what can be seen."""
        self.deleted = True
        self.look()
        if what == "segment":
            for path in sorted(self.writer.journal.path.glob("*.jsonl"))[-1:]:
                path.unlink()
        else:
            shutil.rmtree(self.root if what == "root" else self.writer.journal.path, ignore_errors=True)

    def fault(self, kind: str, fault: Fault, after: int, times: int) -> None:
        """Have calls of a kind fail, after some that do not, and so many times."""
        seen = 0

        def plan(_number: int, what: str) -> Fault | None:
            nonlocal seen
            seen += what == kind
            return fault if what == kind and after < seen <= after + times else None

        self.disk.plan = plan

    def heal(self) -> None:
        """Have nothing fail any more."""
        self.disk.plan = lambda _number, _kind: None

    def look(self) -> None:
        """Read what there is."""
        self.seen.update({line.identity: line for line in read(self.root).hold(ordered=False).lines})

    @staticmethod
    def _gap(lines: dict[tuple[str, int], Line]) -> int:
        return max(seq for _, seq in lines) - len(lines)

    @staticmethod
    def _reported(lines: dict[tuple[str, int], Line]) -> int:
        return sum(line.members.get("dropped_count", 0) for line in lines.values())

    def judge(self) -> None:
        """Hold the law, once all is well again."""
        self.heal()
        self.tick(self.writer)
        self.writer.append("healed")
        assert self.writer.accepted[-1] == ("healed", 1)
        self.writer.journal.flush()
        assert self.writer.journal.flush()
        self.writer.journal.close()
        self.look()
        there = {line.batch for line in self.seen.values() if line.batch}
        missing, dropped = self._gap(self.seen), self._reported(self.seen)
        last = {line.identity: line for line in read(self.root).lines}
        # What was seen before it was deleted may be reported as well, if it could not be written again.
        assert missing <= dropped <= max(missing, self._gap(last)), (
            f"{missing} are missing, {dropped} reported"
        )
        assert self.deleted or missing == dropped, f"{missing} are missing, {dropped} reported"
        lost = set(self.writer.accepted) - there
        assert self.deleted or not lost
        assert there <= set(self.writer.accepted), "what was refused is there"
        # What a deleted segment held, and could not be written again, was accepted once, and is reported.
        assert len(lost) <= dropped


STEPS = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 4)),
    st.tuples(st.just("fault"), KINDS, FAULTS, st.integers(0, 3), st.integers(1, 4)),
    st.tuples(st.sampled_from(["heal", "rotate", "look_after", "flush", "close"])),
    st.tuples(st.just("nest"), KINDS),
)
REMOVALS = st.tuples(st.just("remove"), st.sampled_from(["segment", "folder", "root"]))


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[Writer], None]:
    """Journals that try again at once, and whose threads do nothing but when told; no alarm says so."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    monkeypatch.setattr("telemetry_events.alarm.Alarm.__call__", lambda _alarm, _problem: None)
    return no_keeper(monkeypatch)


def play(steps: list[tuple[Any, ...]], tick: Callable[[Writer], None]) -> None:
    """Take the steps, and judge."""
    with tempfile.TemporaryDirectory() as folder:
        model = Model(Path(folder) / "root", tick)
        try:
            model.append(1)
            for name, *arguments in steps:
                getattr(model, name)(*arguments)
            model.judge()
        finally:
            model.heal()
            model.writer.journal.end()


each = settings(
    max_examples=LONG or 150,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@each
@given(steps=st.lists(STEPS, max_size=25))
def test_faults(steps: list[tuple[Any, ...]], tick: Callable[[Writer], None]) -> None:
    """Whichever calls fail, in whatever order: what is missing is reported, what was accepted is there."""
    play(steps, tick)


@each
@given(steps=st.lists(st.one_of(STEPS, REMOVALS), max_size=25))
def test_faults_and_deletions(steps: list[tuple[Any, ...]], tick: Callable[[Writer], None]) -> None:
    """The same holds where files are deleted meanwhile: what was not seen before is there, or reported."""
    play(steps, tick)
