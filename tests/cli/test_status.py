"""`telemetry-events status` shows what waits, what was delivered and what is wrong, and changes nothing."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from cli.conftest import invoke
from cli.records import EMITTER, OTHER_EMITTER, record, segment
from cli.shipments import (
    as_nobody,
    claimer,
    eventually,
    folder,
    give_away,
    live_emitter,
    open_path,
    ship,
    shipping,
    two_folders,
)
from cli.test_terminal import on_a_terminal
from faults.oracle import Oracle, accept, answer

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery.counters import Counters, Ledger

__all__ = ["open_path"]


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake on loopback."""
    with Oracle() as oracle:
        yield oracle


def status(directory: Path, *options: str) -> tuple[int, str, str]:
    """Run `status` within this process."""
    return invoke("status", *options, directory)


def status_json(directory: Path, *options: str) -> dict[str, Any]:
    """Return what `status --json` prints."""
    found: dict[str, Any] = json.loads(status(directory, "--json", *options)[1])
    return found


def ago(seconds: float) -> str:
    """Return the time of so many seconds ago, as records have it."""
    return rfc3339(now_ms() - int(seconds * 1000))


def shipper(directory: Path, number: int, name: str = "", **members: object) -> Path:
    """Write what a shipper says of itself."""
    directory.mkdir(exist_ok=True)
    found = {
        "pid": number,
        "intake": "https://http-intake.logs.datadoghq.com:443/api/v2/logs",
        "started_at": ago(600),
        "updated_at": ago(1),
        "is_closed": False,
        **vars(Counters()),
        **members,
    }
    path = directory / f"shipper-{name or number}-1.json"
    path.write_text(json.dumps(found) + "\n")
    return path


def state_of(directory: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Return all that can be known of what is in a directory."""
    found = {}
    for path in [directory, *directory.rglob("*")]:
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (about.st_ino, about.st_mtime_ns, about.st_ctime_ns, content)
    return found


def dead_pid() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_waits(oracle: Oracle, tmp_path: Path) -> None:
    """Each emitter's records and bytes that wait are counted, with the age of the oldest."""
    path = folder(tmp_path, 2400, at=ago(300))
    oracle.script.extend([accept, accept, answer(401)])
    ship(oracle, tmp_path)
    folder(tmp_path, 3, emitter=OTHER_EMITTER, at=ago(30))

    code, output, errors = status(tmp_path)
    found = status_json(tmp_path)

    rest = sum(len(line) + 1 for line in (path / "00000002.jsonl").read_bytes().split(b"\n")[800:-1])
    by_folder = {each["folder"]: each for each in found["emitters"]}
    assert (code, errors) == (1, "")  # it is held
    assert by_folder[path.name]["records"] == 400
    assert by_folder[path.name]["bytes"] == rest
    assert 300 <= by_folder[path.name]["lag"] < 400
    assert found["records"] == 403
    assert "403 records to deliver, " in output
    assert ", the oldest for 5 min\n" in output
    assert re.search(rf"^{path.name} +dead +400 .* kB +5 min$", output, re.MULTILINE)


def test_what_is_no_record(tmp_path: Path) -> None:
    """What a crash has left at a segment's end is no record, and garbage is no cursor."""
    path = folder(tmp_path, 10)
    (path / "00000001.cursor").write_bytes(b"\xff garbage")
    segment(path, 3, torn=b'{"torn')

    found = status_json(tmp_path)

    assert (found["records"], found["emitters"][0]["segments"]) == (10, 3)


def test_a_record_without_a_time(tmp_path: Path) -> None:
    """A record that has no time that anybody could read is as old as its segment."""
    for number, line in enumerate((b"no json", b'{"timestamp":"' + b"x" * 19 + b'.123Z"}', b"{}"), 1):
        path = segment(tmp_path / f"e{number}", 1, line)
        os.utime(path, (time() - 500, time() - 500))

    assert all(500 <= each["lag"] < 600 for each in status_json(tmp_path)["emitters"])


def test_processes(tmp_path: Path) -> None:
    """An emitter's process is alive, dead, or, without a lock, unknown; its folder is claimed or not."""
    dead = folder(tmp_path, 2)
    segment(tmp_path / "node", 1, record())
    with live_emitter(tmp_path, 1), claimer(dead):
        found = {each["folder"].split("-")[0]: each for each in status_json(tmp_path)["emitters"]}
        assert "nobody delivers from 2 of these folders now" in status(tmp_path)[1]

    assert {name: each["is_alive"] for name, each in found.items()} == {
        "live": True,
        "worker": False,
        "node": None,
    }
    assert {name: each["is_claimed"] for name, each in found.items()} == {
        "live": False,
        "worker": True,
        "node": False,
    }


def test_shippers(tmp_path: Path) -> None:
    """A shipper runs if its process is there, has not closed, and has said something lately."""
    gone = dead_pid()
    shipper(tmp_path, os.getpid(), "a", delivered=10, accepted=12)
    shipper(tmp_path, os.getpid(), "b", updated_at=ago(1000))
    shipper(tmp_path, os.getpid(), "c", is_closed=True, updated_at=ago(2000))
    shipper(tmp_path, gone, "d", updated_at=ago(3000))

    found = status_json(tmp_path)["shippers"]

    assert [each["is_running"] for each in found] == [True, False, False, False]
    assert (found[0]["pid"], found[0]["delivered"], found[0]["accepted"]) == (os.getpid(), 10, 12)
    assert found[3]["pid"] == gone


def test_a_shipper_at_work(oracle: Oracle, tmp_path: Path) -> None:
    """A shipper that runs is seen to, and after its end is seen to be gone."""
    folder(tmp_path, 5)
    with shipping(oracle, "--follow", tmp_path) as process:
        eventually(lambda: [each["delivered"] for each in status_json(tmp_path)["shippers"]] == [5])
        assert status_json(tmp_path)["shippers"][0]["is_running"]
        process.terminate()
        process.communicate()
    assert not status_json(tmp_path)["shippers"][0]["is_running"]


def test_the_ledger_says_that_it_is_closed(tmp_path: Path) -> None:
    """What a shipper writes last says that it has ended, while its process goes on."""
    ledger = Ledger(tmp_path, "https://intake")
    ledger.write(Counters)
    assert status_json(tmp_path)["shippers"][0]["is_running"]
    ledger.write(Counters, at_once=True)
    assert not status_json(tmp_path)["shippers"][0]["is_running"]


def test_all_is_well(tmp_path: Path) -> None:
    """Records that wait are no alarm by themselves, nor is an empty directory."""
    assert status(tmp_path) == (0, "nothing waits to be delivered\n", "")
    two_folders(tmp_path)
    shipper(tmp_path, os.getpid(), state="waiting: 503")

    code, output, errors = status(tmp_path, "--max-lag", "1000")

    assert (code, errors) == (0, "")
    assert "alarm" not in output


def quarantined(path: Path) -> None:
    """Set records aside."""
    for why, lines in {"400": b"1\n2\n", "invalid": b"torn"}.items():
        (path / "quarantine" / why).mkdir(parents=True)
        (path / "quarantine" / why / "worker.jsonl").write_bytes(lines)


def held(path: Path) -> None:
    """Have a shipper that is held."""
    shipper(path, os.getpid(), state="holding: 403")


def held_last(path: Path) -> None:
    """Have nobody deliver any more, as the last one was held."""
    folder(path, 2)
    shipper(path, dead_pid(), state="holding: 403")
    shipper(path, dead_pid(), "before", updated_at=ago(100))


def late(path: Path) -> None:
    """Have a record that waits for long."""
    folder(path, 2, at=ago(700))


@pytest.mark.parametrize(
    ("make", "alarm"),
    [
        (quarantined, "3 records are in quarantine"),
        (held, "delivery is holding: 403"),
        (held_last, "delivery is holding: 403"),
        (late, r"a record waits for 7\d\d s, more than 600"),
    ],
)
def test_alarms(make: Any, alarm: str, tmp_path: Path) -> None:
    """What somebody should look at is an alarm, and the status is 1."""
    make(tmp_path)

    code, output, errors = status(tmp_path, "--max-lag", "600")

    assert (code, errors) == (1, "")
    assert re.search(f"^alarm: {alarm}$", output, re.MULTILINE)
    assert re.fullmatch(alarm, status_json(tmp_path, "--max-lag", "600")["alarms"][0])


def test_a_hold_that_is_over(tmp_path: Path) -> None:
    """A shipper that was held and is gone is no alarm once another runs, or all was delivered."""
    shipper(tmp_path, dead_pid(), state="holding: 403")
    assert status(tmp_path)[0] == 0
    folder(tmp_path, 2)
    assert status(tmp_path)[0] == 1
    shipper(tmp_path, os.getpid())
    assert status(tmp_path)[0] == 0


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
