"""Directories of journals to be delivered, and the commands that deliver from them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from cli.conftest import invoke
from cli.records import COMMAND, EMITTER, OTHER_EMITTER, record, segment
from faults.oracle import Oracle

from telemetry_events.clock import now_ms, rfc3339

KEY = "0123456789abcdef" * 2
# Seconds after which what should have happened has not.
PATIENCE = 30
# Where the present sources are tested, and not the wheel, the command needs them too.
ENVIRONMENT = {"DD_API_KEY": KEY, "PATH": ""} | {
    name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ
}

_NOBODY = 65534
# That user may not read the interpreter's own files, so they are read before.
_AS_NOBODY = """
import encodings.idna, os, sys, zoneinfo
from telemetry_events.cli.app import app
user = int(sys.argv.pop(1))
if os.getuid() == 0:
    os.setgroups([])
    os.setresuid(user, user, user)
app(prog_name="telemetry-events")
"""
# An emitter that is alive: writes records and waits, or writes on and on.
_LIVE = """
import sys
from telemetry_events import setup_telemetry, telemetry_logger
setup_telemetry(service="live", directory=sys.argv[1], ship="none")
for number in range(int(sys.argv[2])):
    telemetry_logger.info(str(number))
print("ready", flush=True)
while len(sys.argv) > 3:
    telemetry_logger.info("more")
for _ in sys.stdin:
    telemetry_logger.info("late")
    print("written", flush=True)
"""
# Another process that delivers a folder, for all that anybody knows.
_CLAIMER = """
import sys
from pathlib import Path
from telemetry_events.delivery.claim import Claim
claim = Claim.take(Path(sys.argv[1]))
print("ready" if claim else "taken", flush=True)
sys.stdin.read()
"""


def now() -> str:
    """Return the time as records have it."""
    return rfc3339(now_ms())


def folder(directory: Path, count: int, *, emitter: str = EMITTER, at: str = "", pid: int = 1) -> Path:
    """Make the folder of a dead emitter with so many records, in two segments."""
    path = directory / f"worker-{pid}-20261123T100000Z-{emitter}"
    lines = [record("m", number, emitter=emitter, at=at or now()) for number in range(1, count + 1)]
    segment(path, 1, *lines[: count // 2])
    segment(path, 2, *lines[count // 2 :])
    (path / "lock").touch()
    return path


def two_folders(directory: Path, count: int = 30) -> None:
    """Make the folders of two dead emitters."""
    folder(directory, count)
    folder(directory, count, emitter=OTHER_EMITTER)


def ship(oracle: Oracle, *arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    """Run `ship` within this process."""
    return invoke("ship", "--intake", oracle.url, *arguments, **({"DD_API_KEY": KEY} | environment))


def shipped(oracle: Oracle, *arguments: str | Path) -> dict[str, Any]:
    """Run `ship --json` within this process, and return what it prints."""
    found: dict[str, Any] = json.loads(ship(oracle, "--json", *arguments)[1])
    return found


@contextmanager
def running(*arguments: str | Path, **environment: str) -> Generator["subprocess.Popen[str]"]:
    """Run a command in a process of its own, until the end of the block."""
    with subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def shipping(oracle: Oracle, *arguments: str | Path) -> Any:
    """Run `ship` in a process of its own."""
    return running(COMMAND, "ship", "--intake", oracle.url, *arguments)


def _python(program: str, *arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
    with running(sys.executable, "-c", program, *arguments) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def live_emitter(directory: Path, count: int, *more: str) -> Any:
    """Run an emitter that has written so many records, and lives."""
    return contextmanager(partial(_python, _LIVE))(directory, str(count), *more)


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A directory of which no parent is closed to other users."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    for each in [path, *path.glob("*")]:
        each.chmod(0o700)
    shutil.rmtree(path)


def give_away(path: Path) -> None:
    """Give a directory to the user that `as_nobody` is."""
    for each in [path, *path.rglob("*")] if os.getuid() == 0 else []:
        os.chown(each, _NOBODY, -1)


def as_nobody(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command as a user for whom permissions count, as they do not for root."""
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(_NOBODY), *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def claimer(path: Path) -> Any:
    """Run a process that has claimed a folder."""
    return contextmanager(partial(_python, _CLAIMER))(path)


def eventually(condition: Any) -> None:
    """Wait until a condition holds."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, "has not happened"
        sleep(0.02)
