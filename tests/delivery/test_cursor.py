"""A cursor is advice: where there is any doubt, the segment is sent again."""

import os
from pathlib import Path

import pytest

from telemetry_events.delivery.cursor import cursor_number, find_cursors, heeded, move_cursor, remove_cursor

TEXT = b"one\ntwo\nthree\n"


def names(folder: Path) -> list[str]:
    """Return what a folder holds."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("cursor", "offset"),
    [(0, 0), (4, 4), (8, 8), (len(TEXT), len(TEXT)), (1, 0), (5, 0), (15, 0), (99, 0), (10**18 - 1, 0)],
)
def test_what_is_heeded(cursor: int, offset: int, tmp_path: Path) -> None:
    """What does not point to the end of a line points to the beginning."""
    (tmp_path / "00000001.jsonl").write_bytes(TEXT)
    file = os.open(tmp_path / "00000001.jsonl", os.O_RDONLY)
    try:
        assert heeded(cursor, file) == offset
    finally:
        os.close(file)


def test_a_cursor_moves(tmp_path: Path) -> None:
    """It is one empty file that only its owner may read, and says the last that it was told."""
    move_cursor(tmp_path, 1, None, 4)
    assert names(tmp_path) == ["00000001-4.cursor"]
    move_cursor(tmp_path, 1, 4, 8)
    assert names(tmp_path) == ["00000001-8.cursor"]
    assert find_cursors(names(tmp_path)) == {1: 8}
    found = (tmp_path / "00000001-8.cursor").stat()
    assert (found.st_size, found.st_mode & 0o777) == (0, 0o600)


def test_a_cursor_that_is_gone(tmp_path: Path) -> None:
    """Where somebody has deleted it there is a new one."""
    move_cursor(tmp_path, 1, 4, 8)
    assert names(tmp_path) == ["00000001-8.cursor"]


def test_a_cursor_that_is_there_already(tmp_path: Path) -> None:
    """What has its name is the cursor, whatever else it is, and is neither followed nor written to."""
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "00000001-4.cursor").symlink_to(tmp_path / "victim")
    (tmp_path / "00000001-8.cursor").symlink_to(tmp_path / "victim")
    move_cursor(tmp_path, 1, None, 4)
    move_cursor(tmp_path, 1, 4, 8)
    assert names(tmp_path) == ["00000001-8.cursor", "victim"]
    assert (tmp_path / "victim").read_bytes() == b"mine"


def test_of_several_the_least_counts() -> None:
    """What one of them says was not delivered is sent again."""
    assert find_cursors(["00000002-9.cursor", "00000001-8.cursor", "00000002-4.cursor", "x"]) == {1: 8, 2: 4}


NAMES = {
    "00000001-0.cursor": 1,
    "00000001-999999999999999999.cursor": 1,
    "123456789-5.cursor": 123456789,
    **dict.fromkeys(
        (
            *(
                "00000001.cursor",
                "1-5.cursor",
                "00000001-.cursor",
                "00000001--5.cursor",
                "00000001-+5.cursor",
            ),
            *("00000001-5.0.cursor", "00000001-05.cursor", "00000001-00.cursor", "00000001-٣.cursor"),
            *("00000001-9999999999999999999.cursor", "a0000001-5.cursor", "00000001-5.cursor-new"),
            *("00000001-5.CURSOR", "00000001-5.cursor\n", "00000001-5", "00000001.jsonl"),
        )
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    """A cursor's name has the number of its segment, and bytes in one form."""
    assert cursor_number(name) == NAMES[name]
    assert list(find_cursors([name])) == [number for number in [NAMES[name]] if number]


def test_removal(tmp_path: Path) -> None:
    """A cursor that is there goes, and one that is not is no error."""
    move_cursor(tmp_path, 1, None, 4)
    remove_cursor(tmp_path, 1, 4)
    remove_cursor(tmp_path, 1, 4)
    assert names(tmp_path) == []
