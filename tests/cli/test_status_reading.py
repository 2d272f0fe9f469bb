"""`telemetry-events status` only reads, whatever lies in a directory, and shows it on any terminal."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from cli.records import EMITTER, OTHER_EMITTER, record, segment
from cli.shipments import (
    as_nobody,
    claimer,
    folder,
    give_away,
    live_emitter,
    open_path,
    two_folders,
)
from cli.statuses import dead_pid, held_last, quarantined, shipper, state_of, status, status_json
from cli.test_terminal import on_a_terminal

__all__ = ["open_path"]


def test_it_only_reads(tmp_path: Path) -> None:
    """Nothing is written, and nobody's claim is taken: the folder of a shipper that runs stays its own."""
    held_last(tmp_path)
    quarantined(tmp_path)
    claimed = folder(tmp_path, 3, emitter=OTHER_EMITTER)
    with live_emitter(tmp_path, 2), claimer(claimed):
        before = state_of(tmp_path)
        for options in ([], ["--json"]):
            assert status(tmp_path, *options)[0] == 1
        assert state_of(tmp_path) == before
        found = {each["folder"]: each["is_claimed"] for each in status_json(tmp_path)["emitters"]}
        assert found[claimed.name]


BROKEN = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b"null",
    b'{"pid":1',
    b'{"pid":1e999}',
    b"[" * 10_000,
]
WRONG = [
    {"pid": -1},
    {"pid": True},
    {"pid": "1"},
    {"pid": 2**70},
    {"pid": 1.5},
    {"lag": "x"},
    {"lag": -1},
    {"delivered": None},
    {"state": 7},
    {"updated_at": "soon"},
    {"updated_at": ""},
    {"intake": ["x"]},
]


@pytest.mark.parametrize("members", WRONG, ids=str)
def test_wrong_shippers(members: dict[str, object], tmp_path: Path) -> None:
    """What no shipper would say is a file that is skipped, and counted."""
    shipper(tmp_path, os.getpid(), "wrong", **members)

    found = status_json(tmp_path)

    assert (found["shippers"], found["skipped"]) == ([], 1)


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: content[:12])
def test_broken_shippers(content: bytes, tmp_path: Path) -> None:
    """A shipper's file that is broken is skipped, and counted."""
    (tmp_path / "shipper-1-1.json").write_bytes(content)

    code, output, errors = status(tmp_path)

    assert (code, errors) == (0, "")
    assert output.endswith("1 file or folder skipped: not a journal's\n")


def test_foreign_files(tmp_path: Path) -> None:
    """Whatever else lies there is skipped, and counted; nothing is followed, nothing is waited for."""
    path = folder(tmp_path, 2)
    (path / "00000003.jsonl").symlink_to("/etc/passwd")
    os.mkfifo(path / "00000004.jsonl")
    (path / "00000005.jsonl").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "shipper-2-2.json")
    shipper(tmp_path / "elsewhere", 1)
    (tmp_path / "shipper-3-3.json").symlink_to(tmp_path / "elsewhere" / "shipper-1-1.json")
    (tmp_path / "shipper-4-4.json-new").write_text("half")

    found = status_json(tmp_path)

    assert (found["records"], len(found["emitters"]), found["skipped"]) == (2, 1, 9)
    assert status(tmp_path)[0] == 0


def test_nothing_drives_a_terminal(tmp_path: Path) -> None:
    """On a terminal nothing of a name or of a content is obeyed, with `--json` neither."""
    hostile = "\x1b[2J\x9b31m\x07\u202e[b]x[b]:smile:\n"
    segment(tmp_path / hostile, 1, record())
    segment(tmp_path / os.fsdecode(b"\xff\xfe"), 1, record())
    shipper(tmp_path, os.getpid(), state=f"holding: {hostile}", intake=hostile)
    (tmp_path / "quarantine" / hostile).mkdir(parents=True)
    (tmp_path / "quarantine" / hostile / hostile).write_bytes(b"x\n")

    for options in ([], ["--json"]):
        shown = on_a_terminal("status", *options, tmp_path, columns=1000, **environment())
        assert not re.search("[\x07\x9b\u202e]|\x1b(?!\\[[0-9;]*m)", shown)
        assert "[b]x[b]:smile:" in shown
        assert "Traceback" not in shown
    assert hostile in {each["folder"] for each in json.loads(shown)["emitters"]}


def environment() -> dict[str, str]:
    """Return what the command needs where the present sources are tested, and not the wheel."""
    return {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}


@pytest.mark.parametrize("columns", [80, 200])
def test_it_fits_the_terminal(columns: int, tmp_path: Path) -> None:
    """No line is wider than the terminal, and what each column means is to be read in full."""
    folder(tmp_path, 2)
    shipper(
        tmp_path,
        4194304,
        state="waiting: the host's name cannot be resolved",
        **dict.fromkeys(("accepted", "delivered", "retried", "quarantined", "refused", "bytes"), 2**50),
        lag=86400 * 99,
    )

    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal("status", tmp_path, columns=columns, **environment()))

    assert max(map(len, shown.splitlines())) <= columns
    heads = ["shipper", "state", "accepted", "delivered", "retried", "quarantined", "refused", "bytes", "lag"]
    assert shown.splitlines()[0].split() == heads
    assert next(tmp_path.glob("worker*")).name in shown


def test_many(tmp_path: Path) -> None:
    """Of many emitters those with most are shown, and of the others the sum; `--json` has them all."""
    for number in range(30):
        folder(tmp_path, number + 1, pid=number)
        shipper(tmp_path, dead_pid() if number == 0 else 4194304 + number, delivered=1)

    output = status(tmp_path)[1]

    assert len(output.splitlines()) < 40
    assert re.search(r"^10 others +55 ", output, re.MULTILINE)
    assert re.search(r"^others +25 of them +0 +25 ", output, re.MULTILINE)
    assert len(status_json(tmp_path)["emitters"]) == 30


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: path / "nope", ": No such file or directory"),
        (lambda path: segment(path, 1), ": Not a directory"),
        (lambda path: folder(path, 2), "is an emitter's folder; name the directory that it lies in"),
    ],
)
def test_directory_that_is_none(make: Any, problem: str, tmp_path: Path) -> None:
    """What is no directory of journals is told of in one line, and the status is 2."""
    code, output, errors = status(make(tmp_path))

    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("telemetry-events: ")
    assert problem in errors


def test_without_permission(open_path: Path) -> None:
    """It needs no permission to write; what it cannot read is told of, and the status is 2."""
    two_folders(open_path)
    give_away(open_path)
    closed = next(open_path.glob(f"*{EMITTER}"))
    closed.chmod(0)
    open_path.chmod(0o500)

    code, output, errors = as_nobody("status", open_path)

    assert (code, errors) == (2, f"telemetry-events: {closed}: Permission denied\n")
    assert "30 records to deliver" in output
