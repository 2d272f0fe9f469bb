"""Links in place of files and folders lead nowhere: not to read, not to write, and not to delete."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.journals import Shippers, leave, persist, records
from faults.oracle import Oracle, accept, answer

from telemetry_events.delivery import Shipper

Link = Callable[[Path, Path], None]
HOW: dict[str, Link] = {
    "symbolic": lambda target, path: path.symlink_to(target),
    "hard": lambda target, path: os.link(target, path),
}


def refuse_second(oracle: Oracle) -> None:
    """Have the second record refused, so that it is set aside."""
    oracle.judge = lambda lines: answer(400) if any(b'"seq":2,' in line for line in lines) else accept


def delivered(oracle: Oracle) -> list[int]:
    """Return the numbers of the records that were accepted."""
    return sorted(seq for _, seq in oracle.lines)


def temporary(shipper: Shipper) -> Path:
    """Return the name under which a shipper will write its counters first."""
    return shipper._ledger._path.with_suffix(".json-new")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["00000001-0.cursor", "shipper", "shipper-new"])
def test_a_link_in_place_of_what_is_replaced(
    name: str, how: str, oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """A link in place of a cursor or of counters is replaced by the file, and its target stays as it is."""
    folder = leave(tmp_path / "journals", records(3))
    shipper = shipper_of(tmp_path / "journals", oracle.url)
    places = {"shipper": shipper._ledger._path, "shipper-new": temporary(shipper)}
    HOW[how](victim / "file", places.get(name, folder / name))

    persist(shipper)

    assert delivered(oracle) == [1, 2, 3]
    assert oracle.duplicates == 0
    assert not folder.exists()
    assert shipper._ledger._path.is_file()
    assert not shipper._ledger._path.is_symlink()
    assert not os.path.lexists(temporary(shipper))


@pytest.mark.parametrize("name", ["lock", "shipping"])
def test_a_link_in_place_of_a_lock(
    name: str, oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """A folder whose lock or claim is a link is left alone, with all that is in it; others are delivered."""
    folder = leave(tmp_path / "journals", records(3))
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(victim / "file")
    other = leave(tmp_path / "journals", records(2, "b" * 16), emitter="b" * 16)
    shipper = shipper_of(tmp_path / "journals", oracle.url)

    shipper.deliver()

    assert set(oracle.lines) == {("b" * 16, 1), ("b" * 16, 2)}
    assert (folder / name).is_symlink()
    assert (folder / "00000001.jsonl").read_bytes().count(b"\n") == 3
    assert not other.exists()


def test_a_link_in_place_of_a_segment(
    oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """A segment that is a link is neither read nor deleted, nor is its folder."""
    folder = leave(tmp_path / "journals", records(3))
    (folder / "00000002.jsonl").symlink_to(victim / "00000001.jsonl")
    shipper = shipper_of(tmp_path / "journals", oracle.url)

    shipper.deliver()

    assert delivered(oracle) == [1, 2, 3]
    assert (folder / "00000002.jsonl").is_symlink()


def test_a_second_name_of_a_segment(
    oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """A segment that is another name of a file is sent, as nothing tells it apart; the file stays."""
    folder = leave(tmp_path / "journals", [])
    (folder / "00000001.jsonl").unlink()
    os.link(victim / "00000001.jsonl", folder / "00000001.jsonl")
    shipper = shipper_of(tmp_path / "journals", oracle.url)

    persist(shipper)

    assert set(oracle.lines) == {("victim", 1)}
    assert not folder.exists()


def test_a_link_in_place_of_a_folder(
    oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """An emitter's folder that is a link is not entered."""
    directory = tmp_path / "journals"
    directory.mkdir()
    (victim / "lock").write_bytes(b"")
    (directory / "service-1-20260101T000000Z-aaaaaaaaaaaaaaaa").symlink_to(victim)
    shipper = shipper_of(directory, oracle.url)

    shipper.deliver()

    assert not oracle.requests
    assert sorted(path.name for path in victim.iterdir()) == ["00000001.jsonl", "file", "lock"]
    (victim / "lock").unlink()


@pytest.mark.parametrize("place", ["quarantine", "quarantine/400"])
def test_a_link_in_place_of_the_quarantine(
    place: str, oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """Where the quarantine is a link, nothing is set aside: what was refused is held, and stays."""
    refuse_second(oracle)
    folder = leave(tmp_path / "journals", records(3))
    (tmp_path / "journals" / place).parent.mkdir(exist_ok=True)
    (tmp_path / "journals" / place).symlink_to(victim)
    shipper = shipper_of(tmp_path / "journals", oracle.url)

    assert not shipper.deliver()
    assert not shipper.deliver()

    assert shipper.counters.quarantined == 0
    assert b'"seq":2,' in (folder / "00000001.jsonl").read_bytes()
    (tmp_path / "journals" / place).unlink()
    persist(shipper)
    assert delivered(oracle) == [1, 3]
    assert shipper.counters.quarantined == 1


@pytest.mark.parametrize("how", HOW)
def test_a_link_in_place_of_a_file_in_quarantine(
    how: str, oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """A file of the quarantine that is a link is not written to: what was refused is held until it goes."""
    refuse_second(oracle)
    folder = leave(tmp_path / "journals", records(3))
    aside = tmp_path / "journals" / "quarantine" / "400" / f"{folder.name}.jsonl"
    aside.parent.mkdir(parents=True)
    HOW[how](victim / "file", aside)
    shipper = shipper_of(tmp_path / "journals", oracle.url)

    assert not shipper.deliver()

    assert b'"seq":2,' in (folder / "00000001.jsonl").read_bytes()
    aside.unlink()
    persist(shipper)
    assert b'"seq":2,' in aside.read_bytes()


def test_what_is_no_shippers_is_not_forgotten(
    oracle: Oracle, victim: Path, tmp_path: Path, shipper_of: Shippers
) -> None:
    """Of the files that are a day old, those of gone shippers are deleted, and no others; links go alone."""
    directory = tmp_path / "journals"
    directory.mkdir()
    names = ["shipper-1-2.json", "shipper-1-2.json-new", "shipper-mine.json", "shipper-1-2.json.bak"]
    for name in names:
        (directory / name).touch()
        os.utime(directory / name, (0, 0))
    (directory / "shipper-3-4.json").symlink_to(victim / "file")
    os.utime(directory / "shipper-3-4.json", (0, 0), follow_symlinks=False)
    shipper = shipper_of(directory, oracle.url)

    shipper.deliver()

    left = {path.name for path in directory.iterdir()} - {shipper._ledger._path.name}
    assert left == {"shipper-mine.json", "shipper-1-2.json.bak"}
