"""Celery, whose workers are forked by a process that has set up before (F20)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults.families import kill_family
from faults.heirs import finish, folders
from faults.judge import noted
from faults.oracle import Oracle, accept, answer
from faults.processes import DEADLINE, PROGRAMS, eventually, run

TASKS = 20


class Celery:
    """A master with two workers, and tasks for them."""

    def __init__(self, tmp_path: Path, oracle: Oracle) -> None:
        self._oracle = oracle
        self.journals = tmp_path / "journals"
        self.notes = tmp_path / "notes"
        where = {"JOURNALS": self.journals, "NOTES": self.notes, "MESSAGES": tmp_path / "messages"}
        (tmp_path / "messages" / "waiting").mkdir(parents=True)
        self._environment = {
            **os.environ,
            **{name: str(path) for name, path in where.items()},
            "URL": oracle.url,
        }
        self.output = tmp_path / "output"
        self._sent = 0
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        with self.output.open("wb") as output:
            self.master = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "--app=celery_tasks", "worker"),
                    *("--pool=prefork", "--concurrency=2", *quiet),
                ],
                cwd=PROGRAMS,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def send(self, count: int) -> None:
        """Send tasks to the workers, and wait until each was done."""
        run("celery_tasks.py", count, env=self._environment)
        self._sent += count
        eventually(lambda: self.count == 1 + self._sent)

    @property
    def count(self) -> int:
        """How many events were logged; one is the master's."""
        return self.notes.read_bytes().count(b"\n") if self.notes.exists() else 0

    @property
    def workers(self) -> set[int]:
        """The numbers of the workers that have logged something that is still there."""
        return {int(folder.name.split("-")[1]) for folder in folders(self.journals)} - {self.master.pid}

    def is_delivered(self) -> bool:
        """Whether all that the workers have logged is delivered.

        The first event is the master's, which from Python 3.13 on delivers as it ends.
        """
        (master, _), *rest = noted(self.notes)
        assert all(emitter != master for emitter, _ in rest)
        return self._oracle.lines.keys() >= set(rest)

    def end(self) -> None:
        """End it as an operator does."""
        self.master.terminate()
        assert self.master.wait(DEADLINE) == 0, self.output.read_text()


@pytest.fixture
def celery(tmp_path: Path, oracle: Oracle) -> Iterator[Celery]:
    """Run it, and have no process of it left."""
    running = Celery(tmp_path, oracle)
    yield running
    kill_family(running.master)


def test_celery_that_has_set_up_before_it_forks(
    celery: Celery, oracle: Oracle, tally: Callable[[str, int], None]
) -> None:
    """Each worker delivers what its tasks record, while it runs, and nothing is lost as all end."""
    celery.send(TASKS)
    eventually(celery.is_delivered)
    celery.end()
    assert "Traceback" not in celery.output.read_text()
    accepted = noted(celery.notes)
    assert len(accepted) == 1 + TASKS
    assert len({emitter for emitter, _ in accepted}) == 3
    finish(accepted, oracle, celery.journals)
    tally("accepted", len(accepted))


def test_a_worker_of_celery_that_is_killed(
    celery: Celery, oracle: Oracle, tally: Callable[[str, int], None]
) -> None:
    """What it had accepted arrives, from one of the others, while they run."""
    oracle.usually = answer(503)
    celery.send(TASKS)
    assert len(celery.workers) == 2
    os.kill(max(celery.workers), signal.SIGKILL)
    oracle.usually = accept
    eventually(celery.is_delivered)
    kill_family(celery.master)  # whose others may wait for what the killed one held
    accepted = noted(celery.notes)
    assert len(accepted) == 1 + TASKS
    finish(accepted, oracle, celery.journals, crashes=3)
    tally("kills", 3)
