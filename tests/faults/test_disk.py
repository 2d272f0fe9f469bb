"""Disks that are full, broken or gone: delivery goes on, or holds; nothing is skipped."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from faults.journals import PACE, Shippers, by_identity, leave, persist, record, records
from faults.judge import judge
from faults.oracle import Identity, Oracle, accept, answer, identity_of
from faults.processes import command, eventually, run
from journal import conftest as journals
from journal.test_full_disk import fill

from telemetry_events import BatchProgressEvent, DatadogLogsHandler, telemetry_logger

small_disk = journals.small_disk
Tally = Callable[[str, int], None]
PAGE = os.sysconf("SC_PAGESIZE")


class Logging:
    """A program that logs and delivers, and notes what was accepted."""

    def __init__(self, directory: Path, url: str, **options: Any) -> None:
        self.accepted: dict[Identity, bytes] = {}
        self.refused = 0
        self.handler = DatadogLogsHandler(
            service="disk", directory=directory, intake=url, api_key="k" * 32, pace=PACE, **options
        )
        self._append = self.handler.journal.append
        self.handler.journal.append = self._noting  # type: ignore[method-assign]
        telemetry_logger.handlers = [self.handler]

    def _noting(self, parts: Any) -> bytes:
        line = self._append(parts)
        if line:
            self.accepted[identity_of(line)] = line[:-1]
        else:
            self.refused += 1
        return line

    def log(self, count: int, name: str = "disk") -> None:
        """Log some events."""
        for number in range(count):
            telemetry_logger.info(BatchProgressEvent(name, number))


@pytest.fixture
def logging() -> Iterator[Callable[..., Logging]]:
    """Make programs that log and deliver, which end with the test."""
    made: list[Logging] = []

    def make(*arguments: Any, **options: Any) -> Logging:
        made.append(Logging(*arguments, **options))
        return made[-1]

    yield make
    for each in made:
        telemetry_logger.handlers = []
        each.handler.close()
        each.handler.journal.end()


def test_a_cursor_on_a_full_disk(
    small_disk: Path, oracle: Oracle, shipper_of: Shippers, tally: Tally
) -> None:
    """Where there is room for nothing there is for a cursor, and the next shipper goes on from there."""
    lines = records(1500)
    folder = leave(small_disk / "journals", lines)
    fill(small_disk / "filler")
    oracle.script.append(accept)
    oracle.usually = answer(503)
    first = shipper_of(small_disk / "journals", oracle.url)
    assert not first.deliver()
    first.abandon()
    assert len(oracle.lines) == 1000
    assert len(list(folder.glob("*.cursor"))) == 1

    oracle.usually = accept
    persist(shipper_of(small_disk / "journals", oracle.url))

    found = judge(by_identity(lines), oracle, small_disk / "journals").hold()
    assert (found.waiting, found.duplicates) == (0, 0)
    tally("lost", len(found.lost))
    tally("duplicates", found.duplicates)


@pytest.mark.parametrize("size", [0, PAGE * 16])
def test_a_quarantine_that_cannot_be_written(
    size: int, small_disk: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Where there is no room to set a record aside, it is held; once there is, it is there whole."""
    lines = [record(1), record(2, size=size), *records(5)[2:]]
    folder = leave(small_disk / "journals", lines)
    aside = small_disk / "journals" / "quarantine" / "400" / f"{folder.name}.jsonl"
    aside.parent.mkdir(parents=True)
    oracle.judge = lambda found: answer(400) if lines[1] in found else accept
    fill(small_disk / "filler", leave=PAGE * 4 if size else 0)
    shipper = shipper_of(small_disk / "journals", oracle.url)

    for _ in range(3):
        assert not shipper.deliver()
        assert shipper.counters.quarantined == 0
        assert shipper.counters.state.startswith("holding: ")
        assert not aside.exists() or aside.read_bytes() == b""
        assert lines[1] in (folder / "00000001.jsonl").read_bytes()

    (small_disk / "filler").unlink()
    persist(shipper)
    assert aside.read_bytes() == lines[1] + b"\n"
    found = judge(by_identity(lines), oracle, small_disk / "journals").hold()
    assert (found.delivered, found.quarantined, found.waiting) == (4, 1, 0)


def test_counters_that_cannot_be_written(small_disk: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Where there is no room for the counters, delivery goes on without."""
    directory = small_disk / "journals"
    folder = leave(directory, records(3))
    (small_disk / "kept").hardlink_to(folder / "00000001.jsonl")  # so that its deletion makes no room
    fill(small_disk / "filler")
    shipper = shipper_of(directory, oracle.url)

    assert shipper.deliver()

    assert len(oracle.lines) == 3
    assert not folder.exists()
    assert not list(directory.glob("shipper-*.json"))


@pytest.mark.parametrize("full", ["journal", "disk"])
def test_a_journal_that_is_full(
    full: str, small_disk: Path, tmp_path: Path, oracle: Oracle, logging: Callable[..., Logging], tally: Tally
) -> None:
    """Full, it refuses the newest, and says how many; what was accepted arrives, each record as it was."""
    oracle.usually = answer(503)
    directory = (tmp_path if full == "journal" else small_disk) / "journals"
    if full == "disk":  # by others, for a half
        (small_disk / "filler").write_bytes(bytes(2**19))
    program = logging(directory, oracle.url, capacity_bytes=2**20)
    for _ in range(100):
        program.log(100)
        if program.refused:
            break
    program.log(500)
    assert not program.handler.settle(0.05)
    assert program.refused >= 500
    assert len(program.accepted) > 1000

    oracle.usually = accept
    eventually(lambda: program.handler.settle(1) and not program.handler.journal._losses.count)
    program.log(10)
    assert program.handler.settle(10)

    reports = [line for line in oracle.lines.values() if b'"message":"telemetry_dropped"' in line]
    found = judge(program.accepted, oracle, directory, in_flight=len(reports)).hold()
    assert reports
    assert all(b'"reason":"%s_full"' % full.encode() in line for line in reports)
    told = [int(line.partition(b'"dropped_count":')[2].split(b",")[0]) for line in reports]
    assert sum(told) == program.refused == program.handler.counters.refused
    assert found.waiting == 0
    assert found.delivered == len(program.accepted) + len(reports)
    tally("accepted", found.accepted)
    tally("refused and reported", sum(told))
    tally("lost", len(found.lost))


def test_a_disk_that_one_segment_fills(
    small_disk: Path, oracle: Oracle, logging: Callable[..., Logging]
) -> None:
    """Also on a disk that is smaller than a segment may be, records are accepted again after delivery."""
    oracle.usually = answer(503)
    program = logging(small_disk / "journals", oracle.url)
    while not program.refused:
        program.log(100)

    oracle.usually = accept
    eventually(lambda: program.handler.settle(1), within=15)
    before = program.refused
    program.log(10)
    assert program.refused == before
    assert program.handler.settle(10)
    assert judge(program.accepted, oracle, small_disk / "journals", in_flight=9).hold().waiting == 0


def test_a_disk_that_is_only_read(small_disk: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Where nothing can be noted or deleted, nothing is sent; once it can be, all is."""
    lines = records(3)
    leave(small_disk / "journals", lines)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    shipper = shipper_of(small_disk / "journals", oracle.url)
    shipper.deliver()
    assert not oracle.requests

    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    eventually(lambda: shipper.deliver() and oracle.lines)
    assert judge(by_identity(lines), oracle, small_disk / "journals").hold().waiting == 0


def test_a_directory_that_is_deleted(
    tmp_path: Path, oracle: Oracle, logging: Callable[..., Logging], tally: Tally
) -> None:
    """What is accepted after somebody has deleted the directory under a running shipper arrives."""
    program = logging(tmp_path / "journals", oracle.url)
    for turn in range(3):
        program.log(20)
        assert program.handler.settle(10)
        while (tmp_path / "journals").exists():  # the shipper may be writing its counters
            with suppress(OSError):
                shutil.rmtree(tmp_path / "journals")
        program.log(20, f"after {turn}")
        eventually(lambda: program.handler.settle(10))

    found = judge(program.accepted, oracle, tmp_path / "journals").hold()
    assert found.delivered == 120
    tally("directories deleted", 3)
    tally("lost", len(found.lost))


def test_no_descriptor_is_left(tmp_path: Path, oracle: Oracle) -> None:
    """Where no file can be opened, nothing is skipped and a flush says false; then all arrives."""
    said = run("disk_descriptors.py", tmp_path, oracle.url)

    assert said.splitlines() == ["settled True", "without False", "without False", "again True"]
    assert sorted(seq for _, seq in oracle.lines) == list(range(1, 41))


@pytest.mark.parametrize("call", ["pread64", "openat", "getdents64", "unlink", "rename"])
def test_a_disk_that_fails(call: str, tmp_path: Path, oracle: Oracle) -> None:
    """Where a segment or its folder gives errors, nothing is skipped, and it is not said to be delivered."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    lines = records(1500)
    folder = leave(tmp_path / "journals", lines[:1200])
    leave(tmp_path / "journals", lines[1200:], segment=2)
    first = sum(len(line) + 1 for line in lines[:1000])
    faults = ["-e", f"inject={call}:error=EIO:when=1..3"]
    files = [folder / name for name in ("00000001.jsonl", f"00000001-{first}.cursor")]
    files += [folder] if call == "getdents64" else []
    traced = ["strace", "-f", "-qq", "-o", tmp_path / "calls", *faults]
    for file in files:
        traced += ["-P", file]
    done = subprocess.run(
        [*traced, *command("disk_reading.py", tmp_path / "journals", oracle.url)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr

    rounds = done.stdout.split()
    assert "(INJECTED)" in (tmp_path / "calls").read_text()
    if call in ("pread64", "openat"):
        assert rounds[0] == "False"
    assert rounds[-1] == "True"
    found = judge(by_identity(lines), oracle, tmp_path / "journals").hold()
    assert (found.delivered, found.waiting) == (1500, 0)


def test_programs_that_fill_the_journal_together(tmp_path: Path, oracle: Oracle) -> None:
    """However many programs share the room, once all is delivered each accepts records again."""
    oracle.usually = answer(503)
    programs = [Logging(tmp_path, oracle.url, capacity_bytes=2**20) for _ in range(9)]

    def each(count: int) -> None:
        for program in programs:
            telemetry_logger.handlers = [program.handler]
            program.log(count)

    while not all(program.refused for program in programs):
        each(50)
    oracle.usually = accept

    def is_well() -> bool:
        before = sum(program.refused for program in programs)
        each(1)
        return sum(program.refused for program in programs) == before

    try:
        eventually(is_well, within=15)
        accepted = {identity: line for program in programs for identity, line in program.accepted.items()}
        eventually(lambda: accepted.keys() <= oracle.lines.keys())
    finally:
        telemetry_logger.handlers = []
        for program in programs:
            program.handler.close()
            program.handler.journal.end()
    judge(accepted, oracle, tmp_path, in_flight=1000).hold()
