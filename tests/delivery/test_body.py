"""Bodies: the stored bytes, as long as each line is a JSON object."""

import orjson
import pytest
from faults.journals import record, records
from hypothesis import given
from hypothesis import strategies as st

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery.body import LINES, LONGEST_LINE, MOST_BYTES, Body, InvalidBodyError
from telemetry_events.delivery.late import Window

NOW = now_ms()
WINDOW = Window.at(NOW)
VALID = b'{"emitter":"e","seq":1}'


def body_of(*lines: bytes) -> bytes | None:
    """Return the body of these lines, if they make one."""
    body = Body(list(lines), WINDOW)
    try:
        joined = b"".join(body)
    except InvalidBodyError:
        return None
    assert body.size == len(joined)
    return joined


def test_a_body_is_the_stored_bytes() -> None:
    """Lines are joined as they are, whatever their spaces, order and escapes."""
    lines = [
        *records(3),
        b'{ "seq":1 , "emitter" : "\\u0065" }',
        '{"emitter":"\u00fc\u2028","seq":1}'.encode(),
    ]
    assert body_of(*lines) == b"[" + b",".join(lines) + b"]"


@pytest.mark.parametrize(
    "lines",
    [
        [b""],
        [b"{"],
        [b"null"],
        [b"17"],
        [b'"text"'],
        [b"[]"],
        [b"[{}]"],
        [b"{},{}"],
        [b"{}{}"],
        [b"{}]"],
        [b'{"a":NaN}'],
        [b'{"a":"\xff"}'],
        [b'{"a":"\x00"}'],
        [b"\x00" * 100],
        [b'{"a":[{}', b"{}]}"],
        [VALID, b"{},{}", b""],
        [b"x" * (LONGEST_LINE + 1)],
    ],
)
def test_what_is_no_object(lines: list[bytes]) -> None:
    """One line that is no JSON object, or too long, makes no body, and two that would be one do not."""
    assert body_of(*lines) is None
    assert body_of(VALID, *lines, VALID) is None


@pytest.mark.parametrize("count", [1, LINES - 1, LINES, LINES + 1, 2 * LINES, 1000])
def test_a_body_of_many_lines(count: int) -> None:
    """It comes in parts of some lines each, which together are the array."""
    lines = records(count)
    parts = list(Body(lines, WINDOW))
    assert b"".join(parts) == b"[" + b",".join(lines) + b"]"
    assert len(parts) == -(-count // LINES) + 1


@given(st.integers(1, 3 * LINES), st.data())
def test_one_line_of_many_that_is_no_object(count: int, data: st.DataObject) -> None:
    """Wherever it stands, there is no body."""
    lines = [VALID] * count
    lines[data.draw(st.integers(0, count - 1))] = b"{},{}"
    assert body_of(*lines) is None


def test_late_lines_among_others() -> None:
    """In each part the lines that are too old are brought up to date, and the others stay as they are."""
    old = NOW - 20 * 3_600_000
    lines = [record(seq, ms=old if seq % 70 == 0 else NOW) for seq in range(1, 3 * LINES)]
    body = body_of(*lines)
    assert body is not None
    entries = orjson.loads(body)
    assert [entry["seq"] for entry in entries if "event_time" in entry] == [70, 140, 210, 280]
    assert {entry["timestamp"] for entry in entries} == {rfc3339(NOW)}


@pytest.mark.parametrize("more", [0, 1])
def test_the_longest_body(more: int) -> None:
    """A body of the most bytes is one, and one byte more is too many."""
    line = b'{"a":"%b"}' % (b"x" * 900_000)
    rest = MOST_BYTES - 2 - 5 * (len(line) + 1)
    last = b'{"a":"%b"}' % (b"x" * (rest - len(b'{"a":""}') + more))
    body = body_of(*[line] * 5, last)
    assert body is None if more else len(body or b"") == MOST_BYTES
