"""Where nothing is said, the service is the program, and its journal lies where the user's state does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from telemetry_events.settings import resolve


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["worker.py"], "worker"),
        (["sub/./worker.py"], "worker"),
        (["__main__.py"], "python"),
        (["worker.v2.py"], "worker.v2"),
        (["größe 1.py"], "gr__e_1"),
        (["_private.py"], "private"),
        (["noending"], "noending"),
        (["."], "python"),
        (["-m", "worker"], "worker"),
        (["-m", "sub"], "sub"),
        (["-c", "import worker"], "python"),
        (["-"], "python"),
    ],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_the_program_is_the_service(command: list[str], expected: str, tmp_path: Path) -> None:
    """Without a service, that is the program's name: its script's, or its module's."""
    folder = tmp_path / "program"
    (folder / "sub").mkdir(parents=True)
    for name in ("worker.py", "sub/worker.py", "__main__.py", "worker.v2.py", "größe 1.py", "_private.py"):
        (folder / name).write_text(PROGRAM)
    for name in ("noending", "sub/__main__.py", "sub/__init__.py"):
        (folder / name).write_text("" if "init" in name else PROGRAM)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        input=PROGRAM,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == (f"{expected}\n", "")


PROGRAM = """
from telemetry_events.settings import resolve
print(resolve(directory="/").source.service)
"""
PLACES = [
    ({}, "/home/user/.local/state/telemetry-events"),
    ({"XDG_STATE_HOME": ""}, "/home/user/.local/state/telemetry-events"),
    ({"XDG_STATE_HOME": "relative"}, "/home/user/.local/state/telemetry-events"),
    ({"XDG_STATE_HOME": "/state"}, "/state/telemetry-events"),
    ({"XDG_STATE_HOME": "/state", "TELEMETRY_EVENTS_DIR": "/journal"}, "/journal"),
    ({"TELEMETRY_EVENTS_DIR": "relative"}, "relative"),
    ({"TELEMETRY_EVENTS_DIR": "~/journal"}, "/home/user/journal"),
    ({"TELEMETRY_EVENTS_DIR": " "}, "/home/user/.local/state/telemetry-events"),
]


@pytest.mark.parametrize(("environment", "place"), PLACES, ids=str)
def test_where_a_journal_is(
    environment: dict[str, str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal is where the variable, XDG or the home directory says, in this order."""
    monkeypatch.chdir(tmp_path)
    for name, value in ({"HOME": "/home/user"} | environment).items():
        monkeypatch.setenv(name, value)

    assert resolve(service="s").directory == tmp_path / place


HOMELESS = """
import os
from telemetry_events.settings import resolve
os.setuid(54321)
resolve()
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody without a home")
def test_nobody_has_no_home(tmp_path: Path) -> None:
    """A user without a home is told which variable says where the journal is to be."""
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr.splitlines()[-1].endswith(
        "TelemetryError: directory: no home directory is known; set TELEMETRY_EVENTS_DIR"
    )
