"""An emitter's segments are read whole and in their order, whatever is written while they are looked for."""

from pathlib import Path

import pytest
from cli.records import segment

from telemetry_events.cli.emitter_stream import EmitterStream


@pytest.mark.parametrize("listed", [(1, 2, 3), (1, 3), (2, 3), (3,)], ids=str)
def test_a_list_with_holes(listed: tuple[int, ...], tmp_path: Path) -> None:
    """A segment that was made while its folder was listed, and so is not on the list, is not left out."""
    names = {number: segment(tmp_path, number, b"%d" % number).name for number in (1, 2, 3)}

    stream = EmitterStream(str(tmp_path), tuple(names[number] for number in listed), print)

    assert list(stream.new_lines()) == [b"1", b"2", b"3"]


def test_what_is_written_while_a_segment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes behind the end that was read, and before the next segment, is read before that one."""
    path = segment(tmp_path, 1, b"one")
    stream = EmitterStream(str(tmp_path), (path.name,), print)
    read = stream._read

    def read_slowly(offset: int, count: int) -> bytes:
        content = read(offset, count)
        if not (tmp_path / "00000002.jsonl").exists():
            segment(tmp_path, 1, b"one", b"two")
            segment(tmp_path, 2, b"three")
        return content

    monkeypatch.setattr(stream, "_read", read_slowly)

    assert [*stream.new_lines(), *stream.new_lines()] == [b"one", b"two", b"three"]
