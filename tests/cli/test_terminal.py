"""On a terminal `tail` is coloured, no wider than the terminal, and shows nothing that drives it."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from cli.records import COMMAND, record, segment

from telemetry_events.v1 import TelemetryException


def on_a_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> str:
    """Run the command on a terminal, and return what it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "xterm"} | environment
    ):
        os.close(theirs)
        found = b""
        try:
            while block := os.read(ours, 65536):
                found += block
        except OSError:  # EIO: the other side was closed
            pass
        os.close(ours)
    return found.decode().replace("\r\n", "\n")


FRAMES = TelemetryException(
    "ValueError", "\n".join(f'File "a/{"b" * 60}.py", line {n}, in run' for n in (1, 2))
)
THEN = "2020-02-29T10:00:00.123Z"


def test_colours_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal a record has colours, by its status."""
    segment(tmp_path, 1, record("m", status="error", at=THEN), record("m", 2, status="info", at=THEN))

    error, info = on_a_terminal("tail", "--no-follow", tmp_path).splitlines()

    assert "\x1b[31mERROR  \x1b[0m" in error
    assert "\x1b[32mINFO   \x1b[0m" in info
    assert re.sub(r"\x1b\[[0-9;]*m", "", error) == "2020-02-29 10:00:00.123  ERROR  worker  m"


def test_no_colours_where_they_are_not_wanted(tmp_path: Path) -> None:
    """`NO_COLOR` takes the colours away."""
    segment(tmp_path, 1, record("m", status="error", at=THEN))

    shown = on_a_terminal("tail", "--no-follow", tmp_path, NO_COLOR="1")

    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)


@pytest.mark.parametrize("columns", [20, 80, 200])
def test_lines_are_as_wide_as_the_terminal(columns: int, tmp_path: Path) -> None:
    """On a terminal a line is cropped at its width, which is counted in cells; in a pipe never."""
    lines = [record("wide 漢字" * 40, at=THEN), record("m", 2, at=THEN, error=FRAMES, run_id="r" * 100)]
    segment(tmp_path, 1, *lines)

    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal("tail", "--no-follow", tmp_path, columns=columns))

    rows = shown.splitlines()
    assert len(rows) == 5
    for row in rows:
        cells = sum(2 if character in "漢字" else 1 for character in row)
        assert cells <= columns
        assert cells >= columns - 1 if row.endswith("…") else True
    assert rows[0].endswith("…")


def test_nothing_drives_a_terminal(tmp_path: Path) -> None:
    """On a terminal nothing of a record is obeyed, with `--json` neither, which reads as the same."""
    hostile = "\x1b[2J\x9b31m\x07\u202e\u2066[b]x[/b]:smile:"
    path = tmp_path / "events.jsonl"
    path.write_bytes(record(hostile, at=THEN, service=hostile) + b"\n\x1b[2J\x9b\n")

    for options in ([], ["--json"]):
        shown = on_a_terminal("tail", "--no-follow", *options, path, columns=1000)
        assert not re.search("[\x07\x9b\u202e\u2066]|\x1b(?!\\[[0-9;]*m)", shown)
        assert "[b]x[/b]:smile:" in shown
    assert json.loads(shown.splitlines()[0])["message"] == hostile
