"""A cursor is advice: where there is any doubt, the segment is sent again."""

import os
from pathlib import Path

import pytest

from telemetry_events.delivery.cursor import cursor_number, read_cursor, remove_cursor, write_cursor

TEXT = b"one\ntwo\nthree\n"


def read(folder: Path) -> int:
    """Return what the cursor of the first segment says."""
    (folder / "00000001.jsonl").write_bytes(TEXT)
    file = os.open(folder / "00000001.jsonl", os.O_RDONLY)
    try:
        return read_cursor(folder, 1, file)
    finally:
        os.close(file)


@pytest.mark.parametrize("offset", [0, 4, 8, len(TEXT)])
def test_what_was_written_is_read(offset: int, tmp_path: Path) -> None:
    """The end of a line is read as it was written, by a file that only its owner may read."""
    write_cursor(tmp_path, 1, offset)
    assert read(tmp_path) == offset
    assert (tmp_path / "00000001.cursor").read_bytes() == b"1 %d\n" % offset
    assert (tmp_path / "00000001.cursor").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*-new"))


@pytest.mark.parametrize(
    "content",
    [
        *[b"", b"1", b"1 ", b"1 4", b"2 4\n", b"1 4\n\n", b"1 -4\n", b"1 +4\n", b"1 4.0\n", b"01 4\n"],
        *[b"1  4\n", b"\0" * 5, b"1 5\n", b"1 15\n", b"1 999999999999999999\n", b"1 9999999999999999999\n"],
        *[b"1 \xd9\xa4\n", b"1 4\n" * 50],
    ],
)
def test_what_is_no_cursor(content: bytes, tmp_path: Path) -> None:
    """Another form, another version, a place that ends no line: all begin at the beginning."""
    (tmp_path / "00000001.cursor").write_bytes(content)
    assert read(tmp_path) == 0


def test_what_is_no_file(tmp_path: Path) -> None:
    """Neither a symlink nor a pipe nor a folder is read, and none is waited for."""
    (tmp_path / "elsewhere").write_bytes(b"1 4\n")
    cursor = tmp_path / "00000001.cursor"
    assert read(tmp_path) == 0
    cursor.symlink_to(tmp_path / "elsewhere")
    assert read(tmp_path) == 0
    cursor.unlink()
    os.mkfifo(cursor)
    assert read(tmp_path) == 0
    cursor.unlink()
    cursor.mkdir()
    assert read(tmp_path) == 0


def test_no_symlink_is_written_through(tmp_path: Path) -> None:
    """Where there is one, that is replaced, and what it points to stays."""
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "00000001.cursor-new").symlink_to(tmp_path / "victim")
    (tmp_path / "00000001.cursor").symlink_to(tmp_path / "victim")
    write_cursor(tmp_path, 1, 4)
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert read(tmp_path) == 4


def test_names() -> None:
    """A cursor's name is its segment's, with another ending."""
    names = [
        "00000001.cursor",
        "123456789.cursor",
        "1.cursor",
        "00000001.cursor-new",
        "00000001.jsonl",
        "a0000001.cursor",
    ]
    assert [cursor_number(name) for name in names] == [1, 123456789, None, None, None, None]


def test_removal(tmp_path: Path) -> None:
    """A cursor that is there goes, and one that is not is no error."""
    write_cursor(tmp_path, 1, 4)
    remove_cursor(tmp_path, 1)
    remove_cursor(tmp_path, 1)
    assert not list(tmp_path.iterdir())
