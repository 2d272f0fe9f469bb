"""The lines of a segment, as they come."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry_events.delivery.cursor import find_cursors
from telemetry_events.delivery.segment import LONGEST, LineTooLongError, Segment

NAME = "00000001.jsonl"
LINES = st.lists(st.integers(0, 40).map(lambda size: b"x" * size), max_size=30)


@given(
    LINES,
    st.integers(1, 10),
    st.integers(42, 200),
    st.binary(max_size=20).filter(lambda tail: b"\n" not in tail),
)
def test_line_by_line(lines: list[bytes], most: int, size: int, tail: bytes) -> None:
    """However much is read at a time, it is all lines, once and in order, and never half of one."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / NAME).write_bytes(b"".join(line + b"\n" for line in lines) + tail)
        segment = Segment(folder, 1)
        found: list[bytes] = []
        is_all = False
        while not is_all:
            more, is_all = segment.read(most, size)
            assert len(more) <= most
            assert sum(len(line) + 1 for line in more) <= size
            assert more or is_all
            found += more
            segment.advance(segment.delivered + sum(len(line) + 1 for line in more))
        assert found == lines
        assert segment.read(most, size) == ([], True)
        assert segment.is_delivered(0)
        assert segment.is_torn() == (tail != b"")


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Another process begins behind what was delivered, by the cursor."""
    (tmp_path / NAME).write_bytes(b"one\ntwo\nthree\n")
    Segment(tmp_path, 1).advance(4)
    cursors = find_cursors(path.name for path in tmp_path.iterdir())
    assert Segment(tmp_path, 1, cursors[1]).read(10, 100) == ([b"two", b"three"], True)


def test_it_grows(tmp_path: Path) -> None:
    """Lines that come later are seen, also where half of one was there before."""
    segment = Segment(tmp_path, 1)
    with (tmp_path / NAME).open("ab", buffering=0) as file:
        assert segment.read(10, 100) == ([], True)
        file.write(b"on")
        assert segment.read(10, 100) == ([], True)
        assert segment.is_torn()
        file.write(b"e\ntwo\n")
        assert segment.read(10, 100) == ([b"one", b"two"], True)
        segment.advance(8)
        assert not segment.is_torn()
        assert segment.is_delivered(0)
        assert not segment.is_delivered(60)


@pytest.mark.parametrize("size", [LONGEST - 1, LONGEST, LONGEST + 1])
def test_a_line_that_is_too_long(size: int, tmp_path: Path) -> None:
    """The longest that a body has room for is a line, and one that is longer is an error."""
    (tmp_path / NAME).write_bytes(b"x" * (size - 1) + b"\nnext\n")
    segment = Segment(tmp_path, 1)
    if size > LONGEST:
        with pytest.raises(LineTooLongError):
            segment.read(1000, LONGEST)
    else:
        assert segment.read(1000, LONGEST)[0][0] == b"x" * (size - 1)
    assert Segment(tmp_path, 1).read(1000, 100) == ([], False)


def test_what_is_no_file(tmp_path: Path) -> None:
    """Neither a folder nor a pipe has lines, no symlink is followed, and none is waited for."""
    (tmp_path / NAME).mkdir()
    assert Segment(tmp_path, 1).read(10, 100) == ([], True)
    (tmp_path / NAME).rmdir()
    os.mkfifo(tmp_path / NAME)
    assert Segment(tmp_path, 1).read(10, 100) == ([], True)
    (tmp_path / NAME).unlink()
    (tmp_path / "other").write_bytes(b"mine\n")
    (tmp_path / NAME).symlink_to(tmp_path / "other")
    assert Segment(tmp_path, 1).read(10, 100) == ([], True)


def test_deleting(tmp_path: Path) -> None:
    """A segment goes with its cursor."""
    (tmp_path / NAME).write_bytes(b"one\n")
    segment = Segment(tmp_path, 1)
    segment.advance(4)
    segment.delete()
    assert not list(tmp_path.iterdir())
