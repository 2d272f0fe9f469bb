"""Lines are read forwards and backwards out of files, wherever the blocks end that are read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry_events.cli import line_reading
from telemetry_events.cli.line_reading import last_line_end, lines_backwards, lines_forwards


@settings(derandomize=True, database=None, deadline=None)
@given(
    content=st.lists(st.sampled_from([b"\n", b"a", b"bc" * 5, b""])).map(b"".join),
    start=st.integers(0, 5),
    block=st.integers(1, 12),
)
def test_reading_lines(content: bytes, start: int, block: int) -> None:
    """Forwards and backwards the whole lines are those that splitting gives, wherever blocks end."""
    start = min(start, len(content))

    def read(offset: int, count: int) -> bytes:
        assert 0 < count <= block
        return content[offset : offset + count]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_reading, "BLOCK", block)
        end = last_line_end(read, start, len(content))
        assert end == max(content.rfind(b"\n") + 1, start)
        assert list(lines_forwards(read, start, len(content))) == content[start:end].split(b"\n")[:-1]
        whole = content[: content.rfind(b"\n") + 1]
        assert list(lines_backwards(read, len(whole))) == whole.split(b"\n")[:-1][::-1]
