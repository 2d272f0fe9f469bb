"""A folder's lock tells whether its process lives: it ends with the process, and with nothing else."""

import gc
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from journal.journals import make_journal, no_keeper, open_files
from journal.reading import read
from journal.running import start

from telemetry_events.journal.folder import is_alive

# A process that tries a lock, or holds it until its input ends. A process' own locks never stop itself.
TRY = """
import fcntl, os, sys
fd = os.open(sys.argv[1], os.O_RDWR)
try:
    fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("free", flush=True)
except OSError:
    print("held", flush=True)
sys.stdin.read()
"""


def tried(lock: Path) -> str:
    """Return what another process finds of a lock."""
    command = [sys.executable, "-c", TRY, lock]
    return subprocess.run(command, input="", capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def heir(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", dict[int, Path]]]:
    """A process and its forked child, and the folder of each by its number."""
    process = start("heir.py", tmp_path)
    assert process.stdout
    pids = [int(process.stdout.readline()) for _ in range(2)]
    yield process, {pid: next(tmp_path.glob(f"heir-{pid}-*")) for pid in pids}
    process.kill()
    process.communicate()


def test_a_lock_ends_with_its_process(heir: tuple["subprocess.Popen[str]", dict[int, Path]]) -> None:
    """A live process' lock cannot be had; a killed one's can, also while a child of it lives on."""
    process, folders = heir
    [child] = folders.keys() - {process.pid}
    locks = {pid: folder / "lock" for pid, folder in folders.items()}

    assert {tried(lock) for lock in locks.values()} == {"held"}
    assert all(map(is_alive, folders.values()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert tried(locks[process.pid]) == "free"
    assert not is_alive(folders[process.pid])
    assert tried(locks[child]) == "held"
    assert is_alive(folders[child])


def test_asking_does_not_take_a_lock_from_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that asks for its own journals, under whatever name of their directory, keeps their locks."""
    no_keeper(monkeypatch)
    (tmp_path / "link").symlink_to(tmp_path / "root")
    writer, other = make_journal(tmp_path / "root"), make_journal(tmp_path / "link")
    for each in (writer, other):
        each.append()
    for directory in ("root", "link", "link/../root"):
        for each in (writer, other):
            folder = tmp_path / directory / each.journal.path.name
            assert is_alive(folder)
            assert tried(folder / "lock") == "held"
    for each in (writer, other):
        each.journal.end()


def test_a_lock_that_another_holds_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process holds the lock just when it is made, it is taken as soon as that lets it go."""
    monkeypatch.setattr("telemetry_events.journal.writer.RETRY_SECONDS", 0.0)
    no_keeper(monkeypatch)
    writer = make_journal(tmp_path)
    writer.journal.path.mkdir()
    lock = writer.journal.path / "lock"
    lock.touch()
    holder = subprocess.Popen(
        [sys.executable, "-c", TRY, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "free\n"
    writer.append()
    holder.communicate("")
    writer.append(count=2)

    assert tried(lock) == "held"
    found = read(tmp_path).hold()
    assert found.missing == found.dropped
    writer.journal.end()


def test_a_removed_folder_is_locked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that takes the place of a deleted one is locked too."""
    tick = no_keeper(monkeypatch)
    writer = make_journal(tmp_path / "root")
    writer.append()
    subprocess.run(["rm", "-r", tmp_path / "root"], check=True)
    tick(writer)

    assert tried(writer.journal.path / "lock") == "held"
    assert is_alive(writer.journal.path)
    writer.journal.end()


def test_a_journal_leaves_no_descriptor_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that nobody has any more has closed all that it had opened."""
    no_keeper(monkeypatch)
    for number in range(3):
        writer = make_journal(tmp_path / str(number))
        writer.append()
        writer.journal.close()
        del writer
    gc.collect()

    assert open_files(tmp_path) == []
