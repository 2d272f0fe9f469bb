"""Each call to the operating system may fail: what was accepted is there, and what is not was counted."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest
from journal.disks import Crash, Fault, FaultyDisk, fail, short
from journal.journals import Writer, fill_segment, make_journal, no_keeper
from journal.reading import read

Tick = Callable[[Writer], None]
FOR_EVER = 10**6


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Tick:
    """Journals that try again at once, and whose threads do nothing but when told."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    return no_keeper(monkeypatch)


def work(writer: Writer, tick: Tick) -> Iterator[None]:
    """Do all that a journal does, in steps."""
    journal = writer.journal
    yield writer.append(count=3)
    fill_segment(writer)
    yield writer.append(count=2)
    yield tick(writer)
    yield writer.append(count=2)
    yield journal.close()
    yield writer.append(count=2)
    journal.flush()
    yield writer.append()


def faults() -> Iterator[tuple[str, Fault, int]]:
    """Return what may go wrong, and for how many calls."""
    for times in (1, 2, 3, 4, FOR_EVER):
        yield f"EIO {times}", fail(errno.EIO), times
        yield f"ENOSPC {times}", fail(errno.ENOSPC), times
        yield f"one byte {times}", short(1), times
        yield f"but one byte {times}", short(-1), times
        yield f"no byte {times}", short(0), times


def problems(writer: Writer, directory: Path, *, power: bool) -> Iterator[str]:
    """Say what is wrong with a journal after its disk was healed."""
    found = read(directory).hold(ordered=not power, once=not power)
    batches = found.batches
    lost = [each for each in writer.accepted if not batches[each]]
    if lost:
        yield f"accepted, and not there: {lost}"
    if not power and (set(batches) != set(writer.accepted) or set(batches.values()) != {1}):
        yield f"there: {batches}, accepted: {writer.accepted}"
    missing, dropped = sum(found.missing.values()), sum(found.dropped.values())
    # With power, a line that could not be synced is refused though it may be there.
    if missing > dropped or (missing < dropped and not power):
        yield f"missing: {missing}, reported: {dropped}"
    if len(writer.refused) > writer.journal.lost:
        yield f"refused: {writer.refused}, counted: {writer.journal.lost}"


@pytest.mark.parametrize("kind", ["write", "create", "datasync", "close", "free"])
@pytest.mark.parametrize("power", [False, True], ids=["process", "power"])
def test_a_fault_at_each_call(kind: str, power: bool, tmp_path: Path, tick: Tick) -> None:
    """Whichever call fails, for however long: nothing raises, and the numbers missing are those reported."""
    wrong = []
    for name, fault, times in faults():
        if kind != "write" and "byte" in name:
            continue
        for first in range(1, 30):
            disk, directory = FaultyDisk(), tmp_path / f"{name}-{first}"
            seen = 0

            def plan(_number: int, what: str) -> Fault | None:
                nonlocal seen
                seen += what == kind
                return fault if what == kind and first <= seen < first + times else None  # noqa: B023

            disk.plan = plan
            writer = make_journal(directory, power=power, to_deliver=True, disk=disk)
            at = f"{name} from {kind} {first}"
            try:
                for _ in work(writer, tick):
                    pass
                if seen < first:
                    break
                disk.plan = lambda _number, _kind: None
                tick(writer)
                writer.append("healed")
                assert writer.accepted[-1] == ("healed", 1), "not healed"
                assert writer.journal.flush() or writer.journal.flush()
                writer.journal.close()
                wrong += [f"{at}: {each}" for each in problems(writer, directory, power=power)]
            except (OSError, AssertionError) as error:
                wrong.append(f"{at}: {error!r}")
            finally:
                disk.plan = lambda _number, _kind: None
                writer.journal.end()
                rmtree(directory, ignore_errors=True)
    assert first > 2, f"{kind} is hardly ever called"
    assert not wrong, f"{len(wrong)} problems:\n" + "\n".join(wrong[:20])


@pytest.mark.usefixtures("tick")
def test_a_short_write_at_each_byte(tmp_path: Path) -> None:
    """However much of a line a write takes, the line goes whole into another segment, and is there once."""
    position = 0
    while True:
        position += 1
        disk = FaultyDisk()
        disk.plan = lambda number, _kind: short(position) if number == 5 else None  # noqa: B023
        writer = make_journal(tmp_path / str(position), disk=disk)
        writer.append(count=4)
        writer.journal.close()
        found = read(tmp_path / str(position)).hold()

        assert len(writer.accepted) == 4
        assert found.batches == dict.fromkeys(writer.accepted, 1)
        if not found.torn:
            break
        assert [len(rest) for rest in found.torn.values()] == [position]
    assert position > 200, "no line is that short"


@pytest.mark.parametrize("power", [False, True], ids=["process", "power"])
@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_call_behind_a_short_write(size: int, power: bool, tmp_path: Path, tick: Tick) -> None:
    """Where a signal's handler logs just when a line was cut, its line does not stand behind half a line."""
    disk = FaultyDisk()
    writer = make_journal(tmp_path, power=power, disk=disk)
    writer.append("first")

    def cut(kind: str, do: Callable[..., object], *arguments: object) -> object:
        disk.plan = lambda _number, _kind: None
        written = short(size)(kind, do, *arguments)
        writer.append("within")
        return written

    disk.plan = lambda _number, kind: cut if kind == "write" else None
    writer.append("cut")
    writer.append("later")
    tick(writer)
    writer.journal.end()

    assert not writer.refused
    assert read(tmp_path).hold(ordered=False).batches == dict.fromkeys(writer.accepted, 1)
    assert len(writer.accepted) == 4


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_crash_at_each_call(before: bool, tmp_path: Path, tick: Tick) -> None:
    """Wherever the process ends, what it had accepted is there once, and one line at most that it had not."""
    number = 0
    while True:
        number += 1
        disk, directory = FaultyDisk(), tmp_path / str(number)

        def crash(_kind: str, do: Callable[..., object], *arguments: object) -> object:
            if not before and len(disk.calls) == number:  # noqa: B023
                do(*arguments)
            raise Crash

        disk.plan = lambda call, _kind: crash if call >= number else None  # noqa: B023
        writer = make_journal(directory, disk=disk)
        try:
            for _ in work(writer, tick):
                pass
        except Crash:
            found = read(directory).hold()
            assert set(writer.accepted) <= set(found.batches)
            assert len(found.batches) <= len(writer.accepted) + 1
            assert not found.missing
            assert len(found.torn) <= 1
        else:
            break
        finally:
            disk.plan = lambda _number, _kind: None
            writer.journal.end()
            rmtree(directory, ignore_errors=True)
    assert number > 20
