"""Which times may be sent, and what becomes of a line that has another one."""

import orjson
from faults.journals import record
from faults.judge import as_accepted
from hypothesis import given
from hypothesis import strategies as st

from telemetry_events.clock import rfc3339
from telemetry_events.delivery.late import Window

HOUR = 3_600_000
NOW = 1_800_000_000_000
WINDOW = Window.at(NOW)


def stamped(lines: list[bytes]) -> list[bytes]:
    """Return lines as they are sent."""
    return WINDOW.stamped(lines, [orjson.loads(line).get("timestamp") for line in lines])


def test_the_window() -> None:
    """It is 17 hours long backwards and one forwards: an hour less each than the intake takes."""
    assert Window(rfc3339(NOW - 17 * HOUR), rfc3339(NOW), rfc3339(NOW + HOUR)) == WINDOW


@given(st.lists(st.integers(0, 2 * NOW), max_size=20))
def test_every_line_may_be_sent(times: list[int]) -> None:
    """Each time is within the window then, and the line is what it was but for that."""
    lines = [record(seq, ms=ms) for seq, ms in enumerate(times, start=1)]
    found = stamped(lines)

    assert all(WINDOW.first <= orjson.loads(line)["timestamp"] <= WINDOW.last for line in found)
    assert [as_accepted(line) for line in found] == lines
    for line, ms in zip(found, times, strict=True):
        assert (b"event_time" not in line) == (NOW - 17 * HOUR <= ms <= NOW + HOUR)


def test_nothing_is_copied_where_nothing_is_late() -> None:
    """The usual batch is given back as it is."""
    lines = [record(seq, ms=NOW) for seq in range(1, 4)]
    assert stamped(lines) is lines


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.dictionaries(TEXT, st.one_of(TEXT, st.integers(-(2**53), 2**53), st.none())),
    st.booleans(),
    st.booleans(),
)
def test_lines_of_other_writers(members: dict[str, object], is_first: bool, is_indented: bool) -> None:
    """Whatever stands in a line, and in whatever order, its members are the same but for the two times."""
    old = rfc3339(0)
    members.pop("event_time", None)
    members = {"timestamp": old} | members if is_first else members | {"timestamp": old}
    members |= {"timestamp": old, "nested": {"timestamp": old}}
    line = orjson.dumps(members, option=orjson.OPT_INDENT_2 if is_indented else 0).replace(b"\n", b" ")
    [found] = stamped([line])

    assert orjson.loads(found) == members | {"timestamp": rfc3339(NOW), "event_time": old}
