"""Cursors with damage of every kind, and files that are none of ours, where journals lie (F16)."""

import logging
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from faults.damage import deliver, folder_of
from faults.heirs import folders
from faults.journals import KEY, PACE, records
from faults.oracle import Oracle
from faults.scale import times
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telemetry_events import DatadogLogsHandler
from telemetry_events.delivery import Intake, Shipper
from telemetry_events.delivery.backlog import SETTLE_SECONDS

LINES = records(3)
WHOLE = b"".join(line + b"\n" for line in LINES)
FIRST = len(LINES[0]) + 1
CURSOR = f"00000001-{FIRST}.cursor"


def delivered_with(directory: Path, *cursors: str, number: int = 0) -> Counter[bytes]:
    """Return what is delivered of a segment with these cursors."""
    folder = folder_of(directory, WHOLE, number)
    for cursor in cursors:
        (folder / cursor).touch()
    found = deliver(directory)
    assert found.counters.quarantined == found.counters.torn == 0
    return found.delivered


def test_a_cursor_is_heeded(tmp_path: Path) -> None:
    """What a cursor says is not sent again, whatever is in its file."""
    assert delivered_with(tmp_path, CURSOR) == Counter(LINES[1:])
    folder = folder_of(tmp_path, WHOLE)
    (folder / CURSOR).write_bytes(b"garbage")
    assert deliver(tmp_path).delivered == Counter(LINES[1:])
    assert not folders(tmp_path)


@pytest.mark.parametrize("offset", [0, FIRST - 1, FIRST + 1, len(WHOLE) + 1, 99_999_999, 10**18 - 1])
def test_a_cursor_that_points_nowhere(tmp_path: Path, offset: int) -> None:
    """With a cursor beside the end of a line, or behind the end of its segment, all is sent again."""
    assert delivered_with(tmp_path, f"00000001-{offset}.cursor") == Counter(LINES)
    assert not folders(tmp_path)


@pytest.mark.parametrize(
    "name", ["00000001.cursor", "00000001-.cursor", f"00000001-0{FIRST}.cursor", "x.cursor"]
)
def test_what_is_no_cursor(tmp_path: Path, name: str) -> None:
    """A name of another form is no cursor, and its file stays."""
    assert delivered_with(tmp_path, name) == Counter(LINES)
    assert list(tmp_path.glob(f"*/{name}"))


def test_several_cursors(tmp_path: Path) -> None:
    """Of several cursors the least is heeded, and all of them go."""
    assert delivered_with(tmp_path, CURSOR, f"00000001-{len(WHOLE)}.cursor") == Counter(LINES[1:])
    assert not folders(tmp_path)


def test_each_byte_of_a_segment(tmp_path: Path, tally: Callable[[str, int], None]) -> None:
    """Wherever a cursor points, each line arrives that does not end before it."""
    expected: Counter[bytes] = Counter()
    for offset in range(0, len(WHOLE) + 2, times(3, 1)):
        folder = folder_of(tmp_path, WHOLE, offset)
        (folder / f"00000001-{offset}.cursor").touch()
        is_end = 0 < offset <= len(WHOLE) and WHOLE[offset - 1 : offset] == b"\n"
        expected.update(WHOLE[offset if is_end else 0 :].splitlines())
        tally("damaged files", 1)
    assert deliver(tmp_path).delivered == expected
    assert not folders(tmp_path)


def test_a_directory_in_the_place_of_a_cursor(tmp_path: Path) -> None:
    """It is a cursor by its name, and what is in it stays."""
    place = folder_of(tmp_path, WHOLE) / CURSOR
    place.mkdir()
    (place / "mine").touch()
    found = deliver(tmp_path)
    assert found.delivered == Counter(LINES[1:])
    assert len(list(tmp_path.glob("*/*.cursor/mine"))) == 1


def test_links_in_the_place_of_our_files(tmp_path: Path) -> None:
    """No link is followed: what it leads to is neither read nor written, and keeps nothing else back."""
    secret, directory = tmp_path / "secret", tmp_path / "journals"
    secret.write_bytes(b"mine")
    folder = folder_of(directory, WHOLE)
    for name in ("00000001-0.cursor", "00000002.jsonl", "shipper-1-1.json"):
        (folder / name).symlink_to(secret)
    (directory / "link").symlink_to(tmp_path, target_is_directory=True)
    other = folder_of(directory, WHOLE, 2)
    found = deliver(directory)
    assert found.delivered == Counter([*LINES, *LINES])
    assert secret.read_bytes() == b"mine"
    assert not other.exists()
    assert (directory / "link").is_symlink()


@pytest.mark.parametrize("name", ["shipping", "lock"])
def test_a_link_in_the_place_of_a_lock(tmp_path: Path, name: str) -> None:
    """A folder whose lock is a link is left alone, and others are delivered."""
    secret, directory = tmp_path / "secret", tmp_path / "journals"
    folder = folder_of(directory, WHOLE)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(secret)
    folder_of(directory, WHOLE, 2)
    found = deliver(directory)
    assert found.delivered == Counter(LINES)
    assert not secret.exists()
    assert (folder / "00000001.jsonl").read_bytes() == WHOLE


def make_foreign(folder: Path) -> set[Path]:
    """Put what is none of ours into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    files = {
        folder / name
        for name in (
            "notes.txt",
            ".hidden",
            "1.jsonl",
            "0000001.jsonl",
            "00000001.jsonl.gz",
            "00000001.JSONL",
            "x00000001.jsonl",
            "1234567890123456789.jsonl",
            "lock.bak",
            "cursor",
            "1-5.cursor",
            "00000001.cursor",
            "shipper.json",
        )
    }
    for file in files:
        file.write_bytes(b"mine\n")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    return files | {folder / "folder", folder / "pipe"}


def test_foreign_files(tmp_path: Path) -> None:
    """What is none of ours stays, in an emitter's folder, beside it and in a folder of its own."""
    folder = folder_of(tmp_path, WHOLE)
    files = make_foreign(folder) | make_foreign(tmp_path) | make_foreign(tmp_path / "foreign")
    found = deliver(tmp_path)
    assert found.delivered == Counter(LINES)
    assert not (folder / "00000001.jsonl").exists()
    assert all(file.exists() for file in files)
    assert all(file.read_bytes() == b"mine\n" for file in files if file.is_file())


def test_files_of_other_kinds_with_a_segments_name(tmp_path: Path) -> None:
    """A directory, a pipe or a link with a segment's name is no segment, stays, and keeps nothing back."""
    folder = folder_of(tmp_path, WHOLE)
    (folder / "00000002.jsonl").mkdir()
    os.mkfifo(folder / "00000003.jsonl")
    (folder / "00000004.jsonl").symlink_to("nowhere")
    (folder / "00000005.jsonl").write_bytes(WHOLE)
    found = deliver(tmp_path)
    assert found.is_all_sent
    assert found.delivered == Counter([*LINES, *LINES])
    assert {path.name for path in folder.iterdir()} >= {f"0000000{each}.jsonl" for each in (2, 3, 4)}


def test_a_directory_with_a_higher_number_than_the_open_segment(tmp_path: Path, oracle: Oracle) -> None:
    """The segment that a process appends to stays, whatever else has a segment's name beside it."""
    handler = DatadogLogsHandler(ship="none", directory=tmp_path)
    handler.emit(logging.makeLogRecord({"msg": "hello", "levelno": logging.INFO}))
    folder = handler.journal.path
    (folder / "99999999.jsonl").mkdir()
    shipper = Shipper(tmp_path, Intake.find(url=oracle.url, api_key=KEY), own=lambda: folder, pace=PACE)
    end = monotonic() + SETTLE_SECONDS + 0.5
    while monotonic() < end:  # it would be deleted when it has lain still for so long
        assert shipper.deliver()
        sleep(0.05)
    assert (folder / "00000001.jsonl").exists()
    assert len(oracle.lines) == 1
    shipper.close()
    handler.close()


def test_a_folder_without_a_lock(tmp_path: Path) -> None:
    """Of an emitter that has no lock all lines are delivered as far as others may know, and none by guess."""
    folder = folder_of(tmp_path, WHOLE)
    (folder / "lock").unlink()
    found = deliver(tmp_path)
    assert not found.delivered
    assert (folder / "00000001.jsonl").read_bytes() == WHOLE


NAMES = st.sampled_from(
    [
        CURSOR,
        f"00000002-{FIRST}.cursor",
        "00000001-7.cursor",
        "lock",
        "shipping",
        "00000002.jsonl",
        "x",
        ".y",
    ]
)


@settings(
    max_examples=times(20, 2000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.dictionaries(NAMES, st.binary(max_size=30)))
def test_any_mixture(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    """Whatever lies beside a segment, its lines are delivered, or were by its least cursor."""
    directory = tmp_path_factory.mktemp("mixture")
    folder = folder_of(directory, WHOLE)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found = deliver(directory)
    is_first_due = CURSOR not in files or "00000001-7.cursor" in files
    assert found.delivered.keys() >= set(LINES[not is_first_due :])
    assert all((folder / name).exists() for name in files if name in ("x", ".y"))
