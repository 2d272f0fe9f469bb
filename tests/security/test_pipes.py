"""Pipes, sockets, devices and folders in place of files: the shipper does not wait for them."""

import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.journals import Shippers, leave, persist, records
from faults.oracle import Oracle, accept, answer

# Seconds. Nothing here takes a tenth of it.
PATIENCE = 20


def listen(path: Path) -> None:
    """Leave a socket of the file system. Its path may be longer than a socket's may, seen from the root."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def device(minor: int) -> Callable[[Path], None]:
    """Return what makes a device of memory: 3 is `/dev/null`, 5 is `/dev/zero`."""

    def make(path: Path) -> None:
        try:
            os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, minor))
            os.close(os.open(path, os.O_RDONLY))
        except OSError as error:
            pytest.skip(f"devices are not permitted here: {error.strerror}")

    return make


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": listen,
    "folder": lambda path: path.mkdir(),
    "null": device(3),
    "zero": device(5),
}


def in_time(deliver: Callable[[], object]) -> object:
    """Deliver, which is to end."""
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(deliver()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "it waits"
    return results[0] if results else None


def refusing(oracle: Oracle) -> str:
    """Have an intake refuse the second record. Returns its URL."""
    oracle.judge = lambda lines: answer(400) if any(b'"seq":2,' in line for line in lines) else accept
    return oracle.url


@pytest.mark.parametrize("kind", KINDS)
def test_in_place_of_a_segment(kind: str, oracle: Oracle, tmp_path: Path, shipper_of: Shippers) -> None:
    """It is passed over, and stays; the segments before and behind it are delivered."""
    folder = leave(tmp_path, records(3))
    KINDS[kind](folder / "00000002.jsonl")
    leave(tmp_path, records(5)[3:], segment=3)
    shipper = shipper_of(tmp_path, refusing(oracle))

    in_time(shipper.deliver)
    in_time(shipper.deliver)

    assert sorted(seq for _, seq in oracle.lines) == [1, 3, 4, 5]
    assert oracle.duplicates == 0
    assert [path.name for path in folder.glob("*.jsonl")] == ["00000002.jsonl"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["00000001-0.cursor", "shipper-new", "shipper"])
def test_in_place_of_what_is_replaced(
    kind: str, name: str, oracle: Oracle, tmp_path: Path, shipper_of: Shippers
) -> None:
    """In place of a cursor or of counters it holds nothing up, and nothing is skipped."""
    folder = leave(tmp_path, records(3))
    shipper = shipper_of(tmp_path, refusing(oracle))
    counters = shipper._ledger._path
    places = {"shipper": counters, "shipper-new": counters.with_suffix(".json-new")}
    KINDS[kind](places.get(name, folder / name))

    in_time(shipper.deliver)

    assert sorted(seq for _, seq in oracle.lines) == [1, 3]
    assert shipper.counters.quarantined == 1
    assert not list(folder.glob("*.jsonl"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["lock", "shipping"])
def test_in_place_of_a_lock(
    kind: str, name: str, oracle: Oracle, tmp_path: Path, shipper_of: Shippers
) -> None:
    """In place of a lock it holds nothing up: the folder is delivered or left, and others are delivered."""
    folder = leave(tmp_path, records(3))
    (folder / name).unlink(missing_ok=True)
    KINDS[kind](folder / name)
    leave(tmp_path, records(1, "b" * 16), emitter="b" * 16)
    shipper = shipper_of(tmp_path, refusing(oracle))

    in_time(shipper.deliver)

    assert ("b" * 16, 1) in oracle.lines
    assert len(oracle.lines) == 3 or (folder / "00000001.jsonl").read_bytes().count(b"\n") == 3


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (kind, place)
        for place in ("quarantine", "quarantine/400", "file")
        for kind in KINDS
        if kind != "folder" or place == "file"  # elsewhere a folder is what is to be there
    ],
)
def test_in_place_of_the_quarantine(
    kind: str, place: str, oracle: Oracle, tmp_path: Path, shipper_of: Shippers
) -> None:
    """In place of the quarantine it holds nothing up: what is refused is kept until it goes."""
    folder = leave(tmp_path / "journals", records(3))
    path = tmp_path / "journals" / place
    if place == "file":
        path = tmp_path / "journals" / "quarantine" / "400" / f"{folder.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    KINDS[kind](path)
    shipper = shipper_of(tmp_path / "journals", refusing(oracle))

    assert in_time(shipper.deliver) is False

    assert shipper.counters.quarantined == 0
    assert b'"seq":2,' in (folder / "00000001.jsonl").read_bytes()
    path.rename(tmp_path / "away")
    persist(shipper)
    assert shipper.counters.quarantined == 1


def test_a_pipe_that_is_read(oracle: Oracle, tmp_path: Path, shipper_of: Shippers) -> None:
    """A pipe with a reader, in place of the file that sets aside, gets no record."""
    folder = leave(tmp_path, records(3))
    aside = tmp_path / "quarantine" / "400" / f"{folder.name}.jsonl"
    aside.parent.mkdir(parents=True)
    os.mkfifo(aside)
    reader = os.open(aside, os.O_RDONLY | os.O_NONBLOCK)
    shipper = shipper_of(tmp_path, refusing(oracle))

    assert in_time(shipper.deliver) is False

    assert os.read(reader, 100) == b""
    os.close(reader)
