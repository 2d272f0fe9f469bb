"""`validate` reads files, gzips, folders and standard input, and goes on past what it cannot read."""

import gzip
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import Validate
from cli.lines import LINE
from cli.records import COMMAND, EMITTER, OTHER_EMITTER, record, run, segment

from telemetry_events.validation import lines, validator
from telemetry_events.validation.lines import LineFile, read_lines

FINE = "2 records in 1 file: no problems\n"
BOTH = LINE + b"\n" + record("x", 2) + b"\n"


def test_standard_input() -> None:
    """`-` is standard input."""
    assert run("validate", "-", stdin=BOTH) == (0, "", FINE)
    assert run("validate", "-", stdin=b"{}\n")[:2] == (
        1,
        "-:1: missing-event: neither `event` nor `message` is there\n",
    )


def test_gzip(validate: Validate, tmp_path: Path) -> None:
    """A gzip is read by what it holds, whatever its name, also where it consists of several."""
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(LINE + b"\n") + gzip.compress(BOTH.partition(b"\n")[2]))

    assert validate(path) == (0, "", FINE)
    assert run("validate", "-", stdin=path.read_bytes()) == (0, "", FINE)


def test_folder(validate: Validate, tmp_path: Path) -> None:
    """A folder stands for the segments below it, each emitter's in their order, and for nothing else."""
    one, other = tmp_path / "a" / "one", tmp_path / "b" / "other"
    first = segment(one, 99999999, record("x", 1), b"")
    second = segment(one, 100000000, record("x", 2), b"")
    segment(other, 1, record("x", 1, emitter=OTHER_EMITTER))
    (other / "lock").touch()
    (other / "notes.jsonl").write_text("no record")

    status, output, errors = validate(tmp_path)

    empty = "not-json: the line is empty"
    assert (status, output) == (1, f"{first}:2: {empty}\n{second}:2: {empty}\n")
    assert errors.startswith("3 records in 3 files: 2 problems\n")
    assert validate(one)[2].startswith("2 records in 2 files: 2 problems\n")


def test_a_torn_segment(validate: Validate, tmp_path: Path) -> None:
    """What follows a segment's last line feed is no record, but a note: it leaves the status alone."""
    path = segment(tmp_path / "e", 1, LINE, torn=b'{"dd')
    segment(tmp_path / "e", 2, record("x", 2))
    note = f"{path}:2: torn-line: cut off, and so no record (a note)\n"

    assert validate(tmp_path) == (0, note, "2 records in 2 files: no problems, 1 note\n")
    assert validate(path) == (0, note, "1 record in 1 file: no problems, 1 note\n")


def test_a_torn_file(validate: Validate, file: Callable[..., Path]) -> None:
    """The last line of any other file is a problem without a line feed, and checked if it is whole."""
    whole, cut = file(LINE, end=b""), file(LINE[:-1], name="cut.jsonl", end=b"")
    torn = "torn-line: the last line has no line feed, and may be cut off\n"

    assert validate(whole)[:2] == (1, f"{whole}:1: {torn}")
    assert validate(whole)[2].startswith("1 record in 1 file: 1 problem\n")
    assert validate(cut)[:2] == (1, f"{cut}:1: {torn}")
    bad = file(LINE.replace(b":3", b":null"), name="bad.jsonl", end=b"")
    assert validate(bad)[1].splitlines()[1].startswith(f"{bad}:1: wrong-type: ")


def test_an_empty_file(validate: Validate, file: Callable[..., Path]) -> None:
    """A file without lines has no problems."""
    assert validate(file(end=b"")) == (0, "", "0 records in 1 file: no problems\n")


def test_records_are_compared_between_files(validate: Validate, file: Callable[..., Path]) -> None:
    """A record that stands in two files is found in the second, and a gap only where no file fills it."""
    one, other = file(*map(numbered, (1, 3)), name="1"), file(*map(numbered, (2, 3)), name="2")

    status, output, _ = validate(one, other)

    assert (status, output) == (
        1,
        f"{other}:2: duplicate: emitter {EMITTER}, seq 3 came before with the same bytes\n",
    )


def numbered(number: int) -> bytes:
    """Return the record of a number."""
    return record("x", number)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (gzip.compress(b"\0\1\2\3"), "a binary file"),
        (gzip.compress(BOTH)[:-9], "the gzip is damaged"),
        (gzip.compress(BOTH)[:-4] + b"\0\0\0\0", "the gzip is damaged"),
        (b"\x28\xb5\x2f\xfd\0\0\0", "compressed by zstd; pipe it through `zstd -dc`"),
    ],
    ids=["missing", "binary", "compressed binary", "cut gzip", "wrong gzip", "zstd"],
)
def test_what_cannot_be_read(
    content: bytes | None, problem: str, validate: Validate, file: Callable[..., Path], tmp_path: Path
) -> None:
    """What cannot be read is told of in one line and has the status 2; the other files are checked."""
    path, good = tmp_path / "bad", file(LINE, record("x", 2))
    if content is not None:
        path.write_bytes(content)

    status, output, errors = validate(path, good)

    assert (status, output) == (2, "")
    assert errors == f"telemetry-events: {path}: {problem}\n{FINE}"


def test_a_folder_without_segments(validate: Validate, tmp_path: Path) -> None:
    """A folder without a journal is told of in one line and has the status 2."""
    assert validate(tmp_path) == (
        2,
        "",
        f"telemetry-events: {tmp_path}: no segment of a journal, NNNNNNNN.jsonl, in this folder\n"
        "0 records in 0 files: no problems\n",
    )


def test_zeros_in_a_journal_are_problems(validate: Validate, tmp_path: Path) -> None:
    """A segment that a power failure filled with zeros is checked, and not taken for a binary file."""
    segment(tmp_path / "e", 1, b"\0" * 4096, LINE)

    assert validate(tmp_path)[0] == 1
    assert validate(tmp_path)[1].endswith("00000001.jsonl:1: not-json: no JSON from character 1 on\n")


def test_a_segment_that_vanishes(validate: Validate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment that is deleted after it was found is passed over, as its numbers are before all others."""
    paths = [segment(tmp_path / "e", number, record("x", number)) for number in (1, 2, 3)]
    opened = Path.open

    def delete_first(self: Path, *arguments: str) -> object:
        paths[0].unlink(missing_ok=True)
        return opened(self, *arguments)

    monkeypatch.setattr(Path, "open", delete_first)

    assert validate(tmp_path) == (0, "", "2 records in 3 files: no problems\n")


@pytest.mark.parametrize("block", [1, 2, 7, 1000])
def test_lines_across_blocks(block: int, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are the same wherever the blocks that are read end."""
    monkeypatch.setattr(lines, "BLOCK", block)
    content = [b"", b"a", b"", b"bcd", b"e" * 20]
    path = file(*content, end=b"\nf")

    found = [(line, torn) for block, torn in read_lines(LineFile(path), lambda _: None) for line in block]

    assert found == [*((line, False) for line in content), (b"f", True)]


def test_a_line_without_end(
    file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, validate: Validate
) -> None:
    """Of a line that is longer than anything no more is kept than says so, and the next one is read."""
    monkeypatch.setattr(lines, "BLOCK", 10)
    monkeypatch.setattr(lines, "LONGEST", 400)
    monkeypatch.setattr(validator, "LONGEST", 400)
    path = file(b"x" * 1000, LINE)

    found = [line for block, _ in read_lines(LineFile(path), lambda _: None) for line in block]

    assert 400 < len(found[0]) <= 420
    assert found[1] == LINE
    assert validate(path)[:2] == (1, f"{path}:1: too-long: more than 400 bytes, and so not read\n")


@pytest.mark.parametrize("shared", [False, True], ids=["output in a file", "output on the terminal"])
def test_bar(shared: bool, file: Callable[..., Path], tmp_path: Path) -> None:
    """Where somebody watches a large file be read there is a bar, which leaves output and status alone."""
    path = file(*[LINE] * 40_000, b"{}")
    ours, theirs = pty.openpty()
    output = (tmp_path / "output").open("wb")
    command = [COMMAND, "validate", "--max-problems", "2", path]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=theirs if shared else output,
        stderr=theirs,
        env={"TERM": "xterm"},
    ) as process:
        os.close(theirs)
        shown = b"".join(read_all(ours))
    output.close()

    first = f"{path}:2: duplicate: emitter {EMITTER}, seq 1 came before with the same bytes"
    assert process.returncode == 1
    assert "━".encode() in shown
    assert b"\r\n   39999  duplicate\r\n" in shown
    found = shown.replace(b"\r\n", b"\n") if shared else (tmp_path / "output").read_bytes()
    assert found.count(first.encode() + b"\n") == 1
    if not shared:
        assert found.count(b"\n") == 2


def read_all(fd: int) -> list[bytes]:
    """Read what a terminal is sent until nobody writes to it any more."""
    found: list[bytes] = []
    try:
        while block := os.read(fd, 65536):
            found.append(block)
    except OSError:  # EIO: the other side was closed
        pass
    os.close(fd)
    return found


def test_no_bar_in_a_pipe(file: Callable[..., Path]) -> None:
    """Where nobody watches there is no bar."""
    status, _, errors = run("validate", file(*[LINE] * 40_000), "--max-problems", "1", TERM="xterm")

    assert (status, errors.splitlines()[0]) == (
        1,
        "40000 records in 1 file: 39999 problems (39998 not shown)",
    )


def test_a_reader_may_leave(file: Callable[..., Path]) -> None:
    """Output into a pipe that nobody reads any more leaves no traceback."""
    path = file(*[b""] * 10_000)
    with subprocess.Popen(
        [COMMAND, "validate", path, "--max-problems", "10000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
