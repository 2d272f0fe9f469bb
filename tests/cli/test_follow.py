"""`telemetry-events tail` shows each record once, as it is written, whatever happens to the files."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli.records import COMMAND, EMITTER, OTHER_EMITTER, record, segment

# Seconds after which what should have happened has not.
PATIENCE = 30

# Writes lines as an emitter does, a segment after the other, as fast as it can.
WRITER = """
import os, sys
folder, emitter, count, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.makedirs(folder)
fd = -1
for seq in range(1, count + 1):
    if seq % each == 1 or each == 1:
        if fd >= 0:
            if seq % (3 * each) == 1:
                os.write(fd, b'{"torn')
            os.close(fd)
        path = f"{folder}/{(seq - 1) // each + 1:08d}.jsonl"
        fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY)
    time = f"2026-11-23T10:00:00.{seq % 1000:03d}Z"
    os.write(fd, f'{{"emitter":"{emitter}","seq":{seq},"timestamp":"{time}"}}\\n'.encode())
"""


class Following:
    """A running `tail` whose output is read as it comes."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self._begun = b""

    def line(self) -> bytes:
        """Return the next line, without its line feed."""
        return self.lines(1)[0]

    def lines(self, count: int) -> list[bytes]:
        """Return the next lines, waiting for them."""
        output = self.process.stdout
        assert output
        found: list[bytes] = []
        while len(found) < count:
            line, feed, rest = self._begun.partition(b"\n")
            if feed:
                found.append(line)
                self._begun = rest
                continue
            assert select.select([output], [], [], PATIENCE)[0], f"no more lines after {found[-1:]}"
            block = os.read(output.fileno(), 1 << 16)
            assert block, "the output has ended"
            self._begun += block
        return found

    def messages(self, count: int) -> list[str]:
        """Return the messages of the next lines."""
        return [json.loads(line)["message"] for line in self.lines(count)]

    def error(self) -> str:
        """Return the next line of standard error."""
        errors = self.process.stderr
        assert errors
        assert select.select([errors], [], [], PATIENCE)[0]
        return errors.readline().decode()

    def interrupt(self) -> tuple[int, bytes, str]:
        """Press Ctrl-C; return the exit status, what else was printed, and what was said."""
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self._begun + output, errors.decode()


@contextmanager
def following(*arguments: str | Path, ready: bool = True) -> Iterator[Following]:
    """Follow something; `ready` says to wait for the line that it begins with."""
    command = [COMMAND, "tail", "--json", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        try:
            follower = Following(process)
            if ready:
                follower.line()
            yield follower
        finally:
            process.kill()


def append(path: Path, content: bytes) -> None:
    """Append to a file, as a process does that has opened it to append."""
    with path.open("ab") as file:
        file.write(content)


def line(message: str, seq: int = 1) -> bytes:
    """Return a line, with its line feed."""
    return record(message, seq) + b"\n"


def test_rotation_at_speed(tmp_path: Path) -> None:
    """Of emitters that write and rotate at speed every line is shown, once, and in its order."""
    segment(tmp_path / "first", 1, record("first"))
    counts = {
        "aaaaaaaaaaaaaaa2": (4000, 1),
        "aaaaaaaaaaaaaaa3": (30_000, 500),
        "aaaaaaaaaaaaaaa4": (30_000, 7),
    }
    with following(tmp_path) as follower:
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, tmp_path / emitter, emitter, str(count), str(each)]
            )
            for emitter, (count, each) in counts.items()
        ]
        found = follower.lines(sum(count for count, _ in counts.values()))
        assert [writer.wait(PATIENCE) for writer in writers] == [0, 0, 0]
        status, rest, errors = follower.interrupt()

    seen: dict[str, list[int]] = {emitter: [] for emitter in counts}
    for each in found:
        members = json.loads(each)
        seen[members["emitter"]].append(members["seq"])
    assert seen == {emitter: list(range(1, count + 1)) for emitter, (count, _) in counts.items()}
    assert (status, rest) == (130, b"")
    torn = sum((count - 1) // (3 * each) for count, each in counts.values())
    assert errors == f"telemetry-events: {torn} lines cut off at the end of a segment, and not shown\n"


def test_a_line_waits_for_its_end(tmp_path: Path) -> None:
    """A line is shown once it is whole, however its bytes arrive."""
    path = segment(tmp_path / "e", 1, record("first"))
    whole = line("two halves")
    with following(tmp_path) as follower:
        append(path, whole[:50])
        append(segment(tmp_path / "f", 1, record("other")), b"")
        assert follower.messages(1) == ["other"]
        append(path, whole[50:-1])
        append(tmp_path / "f" / "00000001.jsonl", line("more", 2))
        assert follower.messages(1) == ["more"]
        append(path, b"\n")
        assert follower.line() + b"\n" == whole


def test_ten_lines_to_begin_with(tmp_path: Path) -> None:
    """Without an option the last ten records come first, and then what is new."""
    path = segment(tmp_path, 1, *(record(f"m{number}", number) for number in range(1, 21)))
    with following(tmp_path, ready=False) as follower:
        assert follower.messages(10) == [f"m{number}" for number in range(11, 21)]
        append(path, line("new", 21))
        assert follower.messages(1) == ["new"]
        assert follower.interrupt() == (130, b"", "")


def test_all_since_then_to_begin_with(tmp_path: Path) -> None:
    """With `--since` all records since then come first, and what is new is filtered too."""
    path = segment(tmp_path, 1, record("old", at="2001-01-01T00:00:00.000Z"), *[record("m")] * 20)
    with following("--since", "2026-01-01T00:00:00Z", tmp_path, ready=False) as follower:
        assert follower.messages(20) == ["m"] * 20
        append(path, record("old", at="2001-01-01T00:00:00.000Z") + b"\n" + line("new"))
        assert follower.messages(1) == ["new"]


def test_a_folder_that_comes_later(tmp_path: Path) -> None:
    """A folder that is not there yet is waited for, which is said; its records are shown from the first."""
    place = tmp_path / "later"
    with following(place, tmp_path / "file.jsonl", ready=False) as follower:
        assert follower.error() == f"telemetry-events: {place}: not there yet, waiting\n"
        assert follower.error() == f"telemetry-events: {tmp_path}/file.jsonl: not there yet, waiting\n"
        segment(place / "e", 1, record("one"), record("two"))
        assert follower.messages(2) == ["one", "two"]
        segment(place / "deep" / "f", 5, record("three"))
        assert follower.messages(1) == ["three"]
        (tmp_path / "file.jsonl").write_bytes(line("four"))
        assert follower.messages(1) == ["four"]


def test_folders_and_segments_that_go(tmp_path: Path) -> None:
    """Segments and folders may be deleted at any time; the others go on."""
    path = segment(tmp_path / "e", 1, record("first"))
    segment(tmp_path / "gone", 1, record("x", emitter=OTHER_EMITTER))
    with following(tmp_path, ready=False) as follower:
        assert sorted(follower.messages(2)) == ["first", "x"]
        shutil.rmtree(tmp_path / "gone")
        segment(tmp_path / "e", 2, record("second"))
        assert follower.messages(1) == ["second"]
        path.unlink()
        (tmp_path / "e" / "00000002.jsonl").unlink()
        segment(tmp_path / "e", 5, record("fifth"))
        assert follower.messages(1) == ["fifth"]
        segment(tmp_path / "gone", 1, record("y", emitter=OTHER_EMITTER))
        assert follower.messages(1) == ["y"]
        assert follower.interrupt()[::2] == (130, "")


def test_a_file_that_is_rotated(tmp_path: Path) -> None:
    """A file is followed under its name: first what was written to the old one, then the new one."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(line("first"))
    with following(path) as follower:
        append(path, line("second"))
        path.rename(tmp_path / "events.1")
        append(tmp_path / "events.1", line("third"))
        path.write_bytes(line("fourth"))
        assert follower.messages(3) == ["second", "third", "fourth"]
        path.write_bytes(b"")
        append(path, b"{}\n")
        assert follower.line() == b"{}"
        assert follower.error() == f"telemetry-events: {path}: was cut, and is read from its beginning\n"


def test_a_pipe_beside_a_journal(tmp_path: Path) -> None:
    """Standard input is followed beside journals, line by line."""
    path = segment(tmp_path, 1, record("first"))
    with subprocess.Popen(
        [COMMAND, "tail", "--json", "-", tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        follower = Following(process)
        assert process.stdin
        assert follower.messages(1) == ["first"]
        process.stdin.write(line("typed"))
        assert follower.messages(1) == ["typed"]
        append(path, line("written"))
        assert follower.messages(1) == ["written"]
        process.stdin.write(record("last"))
        process.stdin.close()
        append(path, line("more"))
        assert follower.messages(1) == ["more"]
        process.kill()


def test_ctrl_c(tmp_path: Path) -> None:
    """Ctrl-C ends it with the status 130 and without a word."""
    segment(tmp_path, 1, record("first"))
    with following(tmp_path) as follower:
        assert follower.interrupt() == (130, b"", "")


@pytest.mark.parametrize("more", [True, False], ids=["while it writes", "while it waits"])
def test_a_reader_that_leaves(more: bool, tmp_path: Path) -> None:
    """Where nobody reads any more it ends by itself, with the status 0 and without a word."""
    path = segment(tmp_path, 1, record("first"))
    with following(tmp_path) as follower:
        assert follower.process.stdout
        assert follower.process.stderr
        if more:
            append(path, line("x") * 100_000)
            follower.line()
        follower.process.stdout.close()
        assert follower.process.wait(PATIENCE) == 0
        assert follower.process.stderr.read() == b""


def test_a_service_that_starts_many_processes(tmp_path: Path) -> None:
    """The records of one moment are shown in the order of time, also when they come from many emitters."""
    segment(tmp_path / "e", 1, record("first"))
    with following(tmp_path) as follower:
        hidden = tmp_path.parent / f"{tmp_path.name}-hidden"
        for number in range(50):
            segment(
                hidden / f"e{number}", 1, record(f"{number}", at=f"2026-11-23T10:00:{59 - number:02d}.000Z")
            )
        hidden.rename(tmp_path / "moved")
        assert follower.messages(50) == [str(number) for number in reversed(range(50))]


def test_emitters_are_told_apart(tmp_path: Path) -> None:
    """The same path given twice is followed once."""
    path = segment(tmp_path, 1, record("first", emitter=EMITTER))
    with following(tmp_path, f"{tmp_path}/", tmp_path) as follower:
        append(path, line("second") + line("third"))
        assert follower.messages(2) == ["second", "third"]
