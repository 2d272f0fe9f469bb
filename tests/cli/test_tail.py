"""`telemetry-events tail --no-follow` shows what is there, or a part of it, in the order of time."""

import json
import re
import resource
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.conftest import Tail
from cli.records import BATCH, COMMAND, EMITTER, OTHER_EMITTER, record, run, segment

from telemetry_events import (
    TaskErrorEvent,
)
from telemetry_events.cli.entry import rfc3339
from telemetry_events.cli.since import read_since

THEN = "2020-02-29T10:00:00.123Z"
FRAMES = 'File "app/main.py", line 3, in <module>\nFile "algorithms/mean.py", line 41, in run'


def at(second: int, seq: int = 1, emitter: str = EMITTER) -> bytes:
    """Return the record of a second."""
    return record(f"m{second}", seq, emitter=emitter, at=f"2026-11-23T10:00:{second:02d}.000Z")


def messages(output: str) -> list[str]:
    """Return the messages of lines of JSON."""
    return [json.loads(line)["message"] for line in output.splitlines()]


def test_json_is_the_line_itself(tmp_path: Path) -> None:
    """`--json` prints each line byte for byte, whatever it is."""
    lines = [
        at(1),
        b'  {"a" : 1.0}\r',
        b"",
        b"no json \x1b[31m",
        b"\xff\xfe",
        record("\x9b\u202e", 3, at="2026-11-23T10:00:09.000Z"),
    ]
    segment(tmp_path / "e", 1, *lines)

    command = [COMMAND, "tail", "--json", "--no-follow", tmp_path]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout

    assert output == b"".join(line + b"\n" for line in lines)


def test_streams_are_merged_by_time(tmp_path: Path, tail: Tail) -> None:
    """The records of several emitters, through all their segments, come in the order of time."""
    segment(tmp_path / "a", 1, at(1), at(4))
    segment(tmp_path / "a", 2, at(5), b"no json", at(9))
    segment(tmp_path / "deep" / "er" / "b", 7, at(2), at(3), at(6))
    segment(tmp_path / "deep" / "er" / "b", 10, at(7), at(8))

    status, output, errors = tail("--json", tmp_path)

    lines = output.splitlines()
    assert (status, errors) == (0, "")
    assert lines.index("no json") == 5
    assert messages("\n".join(line for line in lines if line != "no json")) == [f"m{n}" for n in range(1, 10)]


@pytest.mark.parametrize("count", [0, 1, 3, 8, 9, 100])
def test_the_last_lines(count: int, tmp_path: Path, tail: Tail) -> None:
    """`-n` shows the last records of all emitters together, as the end of all of them would."""
    segment(tmp_path / "a", 1, at(1), at(4))
    segment(tmp_path / "a", 2, at(5), at(9))
    segment(tmp_path / "b", 1, at(2), at(3), at(6))
    segment(tmp_path / "b", 2)
    segment(tmp_path / "c", 3, at(7), at(8))

    _, output, _ = tail("--json", "-n", count, tmp_path)

    assert messages(output) == [f"m{n}" for n in range(max(1, 10 - count), 10)]


def test_the_last_lines_of_a_kind(tmp_path: Path, tail: Tail) -> None:
    """`-n` counts the records that are shown, however many others stand between them."""
    others = [record(BATCH, at="2026-11-23T10:00:30.000Z")] * 3000
    segment(tmp_path / "a", 1, at(1), at(2), *others, at(3), *others)
    segment(tmp_path / "b", 1, *others)

    lines = [line for line in others if b"batch_progress" not in line]
    assert lines == []
    assert len(tail("--json", "-n", 5, "--event", "batch_progress", tmp_path)[1].splitlines()) == 5
    assert messages(tail("--json", "-n", 2, "--status", "info", tmp_path / "a")[1]) == ["batch_progress"] * 2


FILTERED = [
    record(BATCH, 1, at="2026-11-23T09:00:00.000Z", status="debug"),
    record(TaskErrorEvent("t", "p", "u", "E", ""), 2, at="2026-11-23T09:30:00.000Z", status="error"),
    record("plain", 3, at="2026-11-23T10:00:00.000Z", status="warn"),
    record(BATCH, 4, at="2026-11-23T10:00:00.001Z", status="critical"),
    b"no json",
    b'{"event":["batch_progress"],"status":{}}',
]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [0, 1, 2, 3, 4, 5]),
        (["--event", "batch_progress"], [0, 3]),
        (["--event", "batch_progress", "--event", "task_error"], [0, 1, 3]),
        (["--status", "warn"], [1, 2, 3]),
        (["--status", "debug"], [0, 1, 2, 3]),
        (["--status", "critical"], [3]),
        (["--since", "2026-11-23T10:00:00Z"], [2, 3]),
        (["--since", "2026-11-23T11:00:00.001+01:00"], [3]),
        (["--since", "2026-11-23T09:00:00Z", "--event", "batch_progress", "--status", "info"], [3]),
        (["--since", "2026-11-23T09:00:00Z", "-n", "2"], [2, 3]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters(options: list[str], expected: list[int], tmp_path: Path, tail: Tail) -> None:
    """Filters go together; what is no record is shown only without one."""
    segment(tmp_path / "e", 1, *FILTERED)

    output = tail("--json", *options, tmp_path)[1]

    assert output.encode().splitlines() == [FILTERED[index] for index in expected]


def test_other_forms_of_time(tmp_path: Path, tail: Tail) -> None:
    """Times of other sources, with offsets and other fractions, are compared as what they mean."""
    lines = [
        b'{"timestamp":"2026-11-23T10:00:00+02:00","message":"8"}',
        b'{"timestamp":"2026-11-23T09:00:00.5Z","message":"9"}',
        b'{"timestamp":"soon","message":"never"}',
    ]
    path = tmp_path / "other.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")

    assert messages(tail("--json", "--since", "2026-11-23T08:30:00Z", path)[1])[:1] == ["9"]
    assert len(tail("--json", path)[1].splitlines()) == 3


NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("15m", NOW - timedelta(minutes=15)),
        ("2h", NOW - timedelta(hours=2)),
        ("1d", NOW - timedelta(days=1)),
        ("1w", NOW - timedelta(days=7)),
        ("999999999w", datetime.min.replace(tzinfo=UTC)),
        ("2026-11-23T11:00:00Z", NOW - timedelta(hours=1)),
        ("2026-11-23T11:00:00.5+01:00", NOW - timedelta(hours=2) + timedelta(seconds=0.5)),
    ],
)
def test_since(text: str, expected: datetime) -> None:
    """`--since` takes a time with its zone, or a duration before now."""
    assert read_since(text, NOW) == expected
    assert len(rfc3339(expected)) == 24


@pytest.mark.parametrize(
    "text", ["", "x", "15", "1.5h", "-1h", "1y", "2026-11-23T11:00:00", "2026-11-23", "tomorrow"]
)
def test_what_since_does_not_take(text: str, tmp_path: Path, tail: Tail) -> None:
    """Any other text of `--since` is wrong use, which says what is wrong and has the status 2."""
    status, output, errors = tail(f"--since={text}", tmp_path)

    assert (status, output) == (2, "")
    assert re.search(r"Error: Invalid value for --since: (neither a duration|a time needs its zone)", errors)


def test_an_unknown_event(tmp_path: Path, tail: Tail) -> None:
    """An event that the schema does not have is warned of, with the nearest, and looked for."""
    segment(tmp_path, 1, record(BATCH).replace(b"batch_progress", b"batch_progres"))

    status, output, errors = tail("--event", "batch_progres", "--event", "x\x1b", tmp_path)

    assert (status, len(output.splitlines())) == (0, 1)
    assert errors == (
        "telemetry-events: `batch_progres` is no event of the package's schema;"
        " did you mean `batch_progress`?\n"
        "telemetry-events: `x\\x1b` is no event of the package's schema, but may be one of another\n"
    )


def test_a_torn_segment(tmp_path: Path, tail: Tail) -> None:
    """What follows a segment's last line feed is no record: it is not shown, and counted at the end."""
    segment(tmp_path, 1, at(1), torn=at(2)[:-1])
    segment(tmp_path, 2, at(3), torn=at(4))
    said = "telemetry-events: 2 lines cut off at the end of a segment, and not shown\n"

    assert (messages(tail("--json", tmp_path)[1]), tail(tmp_path)[2]) == (["m1", "m3"], said)
    assert (messages(tail("--json", "-n", 5, tmp_path)[1]), tail("-n", 5, tmp_path)[2]) == (
        ["m1", "m3"],
        said,
    )
    assert tail(tmp_path / "00000002.jsonl")[2] == said.replace("2 lines", "1 line")


def test_a_file_without_a_last_line_feed(tmp_path: Path, tail: Tail) -> None:
    """The last line of any other file is shown also without a line feed."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(at(1) + b"\n" + at(2))

    assert messages(tail("--json", path)[1]) == ["m1", "m2"]


def test_standard_input() -> None:
    """`-` is standard input, to its end, also when following: then nothing more can come."""
    lines = at(1) + b"\n" + at(2)

    for options in ([], ["--no-follow"], ["-n", "2"], ["--no-follow", "-n", "2"]):
        status, output, errors = run("tail", "--json", *options, "-", stdin=lines)
        assert (status, messages(output), errors) == (0, ["m1", "m2"], "")
    assert messages(run("tail", "--json", "--no-follow", "-n", "1", "-", stdin=lines + b"\n")[1]) == ["m2"]


def test_what_cannot_be_read(tmp_path: Path, tail: Tail) -> None:
    """A path that is not there and a segment that cannot be read are told of; the others are shown."""
    segment(tmp_path / "e", 1, at(1))
    (tmp_path / "e" / "00000002.jsonl").mkdir()
    segment(tmp_path / "e", 3, at(3))
    missing = tmp_path / "missing"

    status, output, errors = tail("--json", missing, tmp_path)

    assert (status, messages(output)) == (2, ["m1", "m3"])
    assert errors.splitlines() == [
        f"telemetry-events: {missing}: No such file or directory",
        f"telemetry-events: {tmp_path}/e/00000002.jsonl: Is a directory",
    ]


def test_an_empty_folder(tmp_path: Path, tail: Tail) -> None:
    """A folder without a journal is told of, as nothing else would be seen."""
    status, output, errors = tail(tmp_path)

    assert (status, output, errors) == (0, "", f"telemetry-events: {tmp_path}: no records yet\n")


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"TELEMETRY_EVENTS_DIR": "{tmp}/own", "XDG_STATE_HOME": "{tmp}/state"}, "own"),
        ({"XDG_STATE_HOME": "{tmp}/state", "TELEMETRY_EVENTS_DIR": " "}, "state/telemetry-events"),
        ({"XDG_STATE_HOME": "relative", "HOME": "{tmp}/home"}, "home/.local/state/telemetry-events"),
        ({"HOME": "{tmp}/home"}, "home/.local/state/telemetry-events"),
        ({"HOME": "{tmp}/home", "TELEMETRY_EVENTS_DIR": "~/x"}, "home/x"),
    ],
)
def test_the_default_folder(environment: dict[str, str], folder: str, tmp_path: Path) -> None:
    """Without a path the journals are those where the library keeps them."""
    segment(tmp_path / folder / "e", 1, at(1))
    given = {name: value.replace("{tmp}", str(tmp_path)) for name, value in environment.items()}

    assert messages(run("tail", "--json", "--no-follow", **given)[1]) == ["m1"]


def test_ten_thousand_segments(tmp_path: Path, tail: Tail) -> None:
    """A journal of ten thousand segments, and of more emitters than files may be open, is shown whole."""
    for number in range(1, 10_001):
        segment(tmp_path / "a", number, record(f"m{number}", number))
    for number in range(1, 301):
        segment(tmp_path / f"e{number}", 1, record("x", emitter=OTHER_EMITTER, at="2026-11-23T09:00:00.000Z"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        everything = tail("--json", tmp_path)
        last = tail("--json", "-n", 3, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert messages(everything[1]) == ["x"] * 300 + [f"m{number}" for number in range(1, 10_001)]
    assert messages(last[1]) == ["m9998", "m9999", "m10000"]


def test_help_fits_the_terminal(tail: Tail) -> None:
    """The help fits into 80 columns of plain text."""
    status, output, errors = tail("--help")

    assert (status, errors) == (0, "")
    assert output.startswith("Usage: telemetry-events tail")
    assert max(map(len, output.splitlines())) <= 80
    assert output.isascii()
