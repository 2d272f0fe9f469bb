"""Servers that fork workers when all is set up, and programs of greenlets (F20)."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from faults.families import kill_family
from faults.heirs import finish, has_segments
from faults.judge import noted
from faults.oracle import Oracle
from faults.processes import DEADLINE, PROGRAMS, eventually, kill, run, start

REQUESTS = 20


class UnixConnection(HTTPConnection):
    """A connection to a socket that has a path."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        """Open it."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(DEADLINE)
        self.sock.connect(str(self._path))


@contextmanager
def serving(
    tmp_path: Path, oracle: Oracle, ship: str, command: Iterable[object]
) -> Iterator[Callable[[], str]]:
    """Run a server on the socket `s`, and give what asks one of its workers for its number. Then it ends."""
    where = {"JOURNALS": str(tmp_path / "journals"), "NOTES": str(tmp_path / "notes"), "URL": oracle.url}
    errors = tmp_path / "errors"
    with errors.open("wb") as output:
        server = subprocess.Popen(
            list(map(str, command)),
            env={**os.environ, **where, "SHIP": ship},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def ask() -> str:
        connection = UnixConnection(tmp_path / "s")
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.status == 200
        text = response.read().decode()
        connection.close()
        return text

    def is_listening() -> bool:
        assert server.poll() is None, errors.read_text()
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(tmp_path / "s")) == 0

    try:
        eventually(is_listening)
        yield ask
        server.terminate()
        assert server.wait(DEADLINE) == 0, errors.read_text()
    finally:
        kill_family(server)


def gunicorn(
    tmp_path: Path, oracle: Oracle, ship: str, *options: str
) -> AbstractContextManager[Callable[[], str]]:
    """Serve with two workers of gunicorn."""
    command = (
        *(sys.executable, "-m", "gunicorn", "--preload", "--workers=2", f"--bind=unix:{tmp_path / 's'}"),
        *("--no-control-socket", f"--chdir={PROGRAMS}", *options, "web_service:application"),
    )
    return serving(tmp_path, oracle, ship, command)


def uwsgi(
    tmp_path: Path, oracle: Oracle, ship: str, *options: str
) -> AbstractContextManager[Callable[[], str]]:
    """Serve with two workers of uWSGI."""
    command = (
        *(Path(sys.executable).with_name("uwsgi"), f"--virtualenv={sys.prefix}", f"--pythonpath={PROGRAMS}"),
        *("--master", "--processes=2", "--need-app", "--die-on-term", "--disable-logging"),
        *(f"--http-socket={tmp_path / 's'}", *options, "--module=web_service:application"),
    )
    return serving(tmp_path, oracle, ship, command)


def ask_until_both_have_answered(ask: Callable[[], str]) -> int:
    """Ask, and return how often."""
    workers, count = set(), 0
    while len(workers) < 2 or count < REQUESTS:
        workers.add(ask())
        count += 1
        assert count < 100 * REQUESTS
    return count


def test_gunicorn_that_has_set_up_before_it_forks(
    tmp_path: Path, oracle: Oracle, tally: Callable[[str, int], None]
) -> None:
    """Each worker delivers what it records, and the master its own, while they run and when they end."""
    # Python 3.13 counts threads when a fork is over: from then on the master delivers with its next record,
    # or as it ends.
    at_once = 0 if sys.version_info >= (3, 13) else 1
    with gunicorn(tmp_path, oracle, "thread") as ask:
        count = 1 + ask_until_both_have_answered(ask)
        eventually(lambda: len(oracle.lines) >= count - 1 + at_once)
        ask()
    accepted = noted(tmp_path / "notes")
    assert len(accepted) == count + 1
    assert len({emitter for emitter, _ in accepted}) == 3
    assert oracle.lines.keys() == accepted.keys()
    finish(accepted, oracle, tmp_path / "journals")
    tally("accepted", len(accepted))


@pytest.mark.parametrize(
    "options", [(), ("--worker-class=gevent",), ("--worker-class=gthread", "--threads=4")]
)
def test_gunicorn_beside_a_shipper(tmp_path: Path, oracle: Oracle, options: tuple[str, ...]) -> None:
    """Workers that only record need no thread: another process delivers while they run."""
    (tmp_path / "journals").mkdir()
    shipper = start("shipper.py", tmp_path / "journals", oracle.url, "all")
    try:
        with gunicorn(tmp_path, oracle, "none", *options) as ask:
            count = 1 + ask_until_both_have_answered(ask)
            eventually(lambda: len(oracle.lines) == count)
        eventually(lambda: not has_segments(tmp_path / "journals"))
    finally:
        kill(shipper)
    accepted = noted(tmp_path / "notes")
    assert len(accepted) == count
    finish(accepted, oracle, tmp_path / "journals")


@pytest.mark.parametrize(
    ("options", "emitters"), [((), 3), (("--py-call-uwsgi-fork-hooks",), 3), (("--lazy-apps",), 2)]
)
def test_uwsgi(options: tuple[str, ...], emitters: int, tmp_path: Path, oracle: Oracle) -> None:
    """Each worker is an emitter, and delivers while it runs, though uWSGI forks without a word to Python.

    What its master records, as it can have no thread, is delivered by the next process.
    """
    with uwsgi(tmp_path, oracle, "thread", *options) as ask:
        count = ask_until_both_have_answered(ask)
        eventually(lambda: len(oracle.lines) >= count)
    accepted = noted(tmp_path / "notes")
    assert len(accepted) == count + (1 if emitters == 3 else 2)
    assert len({emitter for emitter, _ in accepted}) == emitters
    (master, _), *_ = accepted
    assert oracle.lines.keys() == {each for each in accepted if emitters == 2 or each[0] != master}
    assert oracle.duplicates == 0
    finish(accepted, oracle, tmp_path / "journals")


@pytest.mark.parametrize("ship", ["none", "thread"])
def test_greenlets(tmp_path: Path, oracle: Oracle, ship: str) -> None:
    """Where gevent has patched everything, no greenlet is parked, and all is delivered."""
    assert (
        run("greenlets.py", tmp_path / "journals", tmp_path / "notes", oracle.url, ship, 200) == "ticking\n"
    )
    accepted = noted(tmp_path / "notes")
    assert len(accepted) == 600
    assert len(oracle.lines) == (600 if ship == "thread" else 0)
    finish(accepted, oracle, tmp_path / "journals")
