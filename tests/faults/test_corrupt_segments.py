"""Segments with damage of every kind: what is whole is delivered, the rest set aside and counted (F16)."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from faults.damage import Outcome, deliver, folder_of
from faults.heirs import folders
from faults.journals import record
from faults.scale import times
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LINES = [record(1, text="first"), record(2, text="é"), record(3, text="last")]
WHOLE = b"".join(line + b"\n" for line in LINES)
FLIPS = [0x01, 0x80, 0x26, *range(2, times(2, 256))]
# In the short form each test leaves out some bytes, and each flip others.
STEP = times(5, 1)


def is_record(line: bytes) -> bool:
    """Tell whether a line is a JSON object, as far as a second reader can tell."""
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def expected(data: bytes) -> Outcome:
    """Return what must come of a segment."""
    lines = Counter(data.split(b"\n")[:-1])
    whole = Counter({line: count for line, count in lines.items() if is_record(line)})
    return Outcome(whole, lines - whole)


def hold(found: Outcome, segments: list[bytes]) -> None:
    """Assert that each line has become what it must."""
    delivered: Counter[bytes] = Counter()
    aside: Counter[bytes] = Counter()
    for data in segments:
        outcome = expected(data)
        delivered += outcome.delivered
        aside += outcome.aside
    assert found.delivered == delivered
    assert found.aside == aside
    assert found.counters.delivered == delivered.total()
    assert found.counters.quarantined == aside.total()
    assert found.counters.torn == sum(not data.endswith(b"\n") for data in segments if data)


@pytest.mark.parametrize("flip", FLIPS)
def test_each_byte_flipped(tmp_path: Path, flip: int, tally: Callable[[str, int], None]) -> None:
    """Whichever byte is wrong, all other lines arrive as they were, and the wrong ones are nowhere lost."""
    places = range(flip % STEP, len(WHOLE), STEP)
    segments = [WHOLE[:at] + bytes([WHOLE[at] ^ flip]) + WHOLE[at + 1 :] for at in places]
    for number, data in enumerate(segments):
        folder_of(tmp_path, data, number)
    found = deliver(tmp_path)
    hold(found, segments)
    assert found.counters.quarantined > 3
    assert not folders(tmp_path)
    tally("damaged files", len(segments))


def test_each_line_feed_made(tmp_path: Path) -> None:
    """A line feed in place of any byte makes two lines of one, neither of which is a record."""
    segments = [WHOLE[:at] + b"\n" + WHOLE[at + 1 :] for at in range(0, len(WHOLE), STEP)]
    for number, data in enumerate(segments):
        folder_of(tmp_path, data, number)
    hold(deliver(tmp_path), segments)


def test_each_length(tmp_path: Path, tally: Callable[[str, int], None]) -> None:
    """Wherever a segment was cut, the lines before are delivered, and what is left of one is counted."""
    segments = [WHOLE[:length] for length in {*range(0, len(WHOLE), STEP), len(WHOLE)}]
    for number, data in enumerate(segments):
        folder_of(tmp_path, data, number)
    found = deliver(tmp_path)
    hold(found, segments)
    assert not found.aside
    assert found.counters.torn > len(WHOLE) // STEP - 4
    assert not folders(tmp_path)
    tally("damaged files", len(segments))


@pytest.mark.parametrize("tail", [b"\0" * 10, b"\0" * 4096, b"\0" * 1_000_000])
def test_a_tail_of_zeros(tmp_path: Path, tail: bytes) -> None:
    """Zeros, as a file system may leave them at the end of a file, are no record."""
    folder_of(tmp_path, WHOLE + tail)
    found = deliver(tmp_path)
    hold(found, [WHOLE + tail])
    assert found.counters.torn == 1
    assert not folders(tmp_path)


def test_zeros_with_a_line_behind(tmp_path: Path) -> None:
    """Zeros in the middle spoil the line that they run into, and no other."""
    data = WHOLE + b"\0" * 5000 + LINES[0] + b"\n" + LINES[1] + b"\n"
    folder_of(tmp_path, data)
    found = deliver(tmp_path)
    hold(found, [data])
    assert found.delivered[LINES[1]] == 2


def test_no_line_feed_for_longer_than_a_body(tmp_path: Path) -> None:
    """A segment whose next line feed is too far away is kept whole, and others are delivered."""
    data = WHOLE + b"\0" * 6_000_000 + b"\n" + WHOLE
    folder = folder_of(tmp_path, data, 1)
    folder_of(tmp_path, WHOLE, 2)
    found = deliver(tmp_path)
    assert {*found.delivered} == {*LINES}
    assert found.counters.quarantined == 1
    kept = tmp_path / "quarantine" / "invalid" / f"{folder.name}-00000001.jsonl"
    assert kept.read_bytes() == data
    assert not folders(tmp_path)


def test_missing_and_empty_segments(tmp_path: Path) -> None:
    """Numbers that are missing, or hold nothing, keep nothing back."""
    folder = folder_of(tmp_path, WHOLE)
    (folder / "00000001.jsonl").rename(folder / "00000007.jsonl")
    (folder / "00000003.jsonl").touch()
    (folder / "00000100.jsonl").write_bytes(WHOLE)
    (folder / "123456789012345678.jsonl").write_bytes(WHOLE)
    found = deliver(tmp_path)
    assert found.delivered == Counter(LINES * 3)
    assert not folders(tmp_path)


def test_lines_that_are_json_and_no_records(tmp_path: Path) -> None:
    """Whatever JSON stands in a line, only objects are sent, and two in a line are none."""
    lines = [
        b"[]",
        b"1",
        b'"a"',
        b"null",
        b"{}",
        b"{},{}",
        b"",
        b" ",
        b'{"a":1}',
        b'{"a":NaN}',
        b'{"a":"\xff"}',
    ]
    data = b"\n".join([*lines, LINES[0]]) + b"\n"
    folder_of(tmp_path, data)
    found = deliver(tmp_path)
    assert found.delivered == Counter([b"{}", b'{"a":1}', LINES[0]])
    assert found.aside == Counter(lines) - found.delivered
    assert found.counters.quarantined == len(lines) - 2


SPOILED = st.one_of(
    st.sampled_from(LINES),
    st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"")),
    st.tuples(st.sampled_from(LINES), st.integers(0, 60), st.integers(1, 255)).map(
        lambda given: given[0][: given[1]] + bytes([given[0][given[1]] ^ given[2]]) + given[0][given[1] + 1 :]
    ),
    st.sampled_from([b"{", b"}", b'{"a":"', b'"}', b'"},{"', b"{},{}", b"[", b"]"]),
)
SEGMENT = st.tuples(
    st.lists(SPOILED, max_size=8), st.sampled_from([b"", b"", b"{", b"\0" * 9, LINES[0]])
).map(lambda given: b"".join(line + b"\n" for line in given[0]) + given[1])


@settings(
    max_examples=times(20, 2000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(segments=st.lists(SEGMENT, min_size=1, max_size=4))
def test_any_mixture(tmp_path_factory: pytest.TempPathFactory, segments: list[bytes]) -> None:
    """Whatever is spoiled in whatever way, each line is delivered or set aside, once."""
    directory = tmp_path_factory.mktemp("mixture")
    for number, data in enumerate(segments):
        folder_of(directory, data, number)
    hold(deliver(directory), segments)
    assert not folders(directory)
