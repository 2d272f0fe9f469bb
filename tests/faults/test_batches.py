"""What is sent in one request: never more than the intake takes, and nothing that was not written."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from faults.journals import Shippers, by_identity, leave, persist, record, records
from faults.judge import judge
from faults.oracle import Oracle
from faults.responses import answer
from faults.scale import times
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telemetry_events.delivery.batch import MOST_LINES
from telemetry_events.delivery.body import LONGEST_LINE, MOST_BYTES

# A page of the documents of the intake has 1000 entries and 5 MB; what a body may have here is less.
CEILING = 4_750_000


def sizes(oracle: Oracle) -> list[int]:
    """Return how many entries each request had that was accepted."""
    return [len(request.entries) for request in oracle.requests if request.status == 202]


def test_the_limits() -> None:
    """They are those that are documented, with room to spare."""
    assert (MOST_LINES, MOST_BYTES, LONGEST_LINE) == (1000, CEILING, 1_000_000)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [1]),
        (999, [999]),
        (1000, [1000]),
        (1001, [1000, 1]),
        (2000, [1000, 1000]),
        (2001, [1000, 1000, 1]),
    ],
)
def test_a_body_has_a_thousand_entries_at_the_most(
    count: int, expected: list[int], tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """What is more goes into the next one, within the same run."""
    lines = records(count)
    leave(tmp_path, lines)

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert sizes(oracle) == expected
    assert list(oracle.lines.values()) == lines


@pytest.mark.parametrize(("more", "expected"), [(-1, [10]), (0, [10]), (1, [9, 1])])
def test_a_body_has_so_many_bytes_at_the_most(
    more: int, expected: list[int], tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """A body of exactly the ceiling is sent; one byte more makes two of it."""
    size = (CEILING - 1) // 10 - 1
    last = CEILING - 2 - 9 * (size + 1) + more
    lines = [record(seq, size=size if seq < 10 else last) for seq in range(1, 11)]
    assert len(b",".join(lines)) + 2 == CEILING + more
    leave(tmp_path, lines)

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert sizes(oracle) == expected
    assert max(len(request.json) for request in oracle.requests) <= CEILING
    assert list(oracle.lines.values()) == lines


def test_a_body_that_grows_by_its_times(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Where all records are stamped anew the body stays below the ceiling, too."""
    lines = [record(seq, size=47_498, ms=0) for seq in range(1, 101)]
    assert CEILING - 200 < len(b",".join(lines)) + 2 <= CEILING
    leave(tmp_path, lines)

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert len(sizes(oracle)) > 1
    assert max(len(request.json) for request in oracle.requests) <= CEILING
    assert judge(by_identity(lines), oracle, tmp_path).hold().duplicates == 0


@pytest.mark.parametrize("form", ["plain", "many bytes a character"])
def test_a_line_of_exactly_the_longest(
    form: str, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """The longest that the intake does not cut is sent; one byte more is set aside whole."""
    text = "\u00fc\u2028\U0001f600" * 1000 if form != "plain" else ""
    lines = [record(seq, size=LONGEST_LINE + (seq == 3), text=text) for seq in range(1, 5)]
    assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE, LONGEST_LINE + 1, LONGEST_LINE]
    leave(tmp_path, lines)

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert list(oracle.lines.values()) == [lines[0], lines[1], lines[3]]
    (held,) = tmp_path.glob("quarantine/invalid/*")
    assert held.read_bytes() == lines[2] + b"\n"


def test_many_folders(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """What many dead processes have left goes together, and each one's records in their order."""
    lines = []
    for number in range(100):
        emitter = f"emitter{number:03d}"
        more = records(25, emitter)
        leave(tmp_path, more[:20], emitter, segment=1)
        leave(tmp_path, more[20:], emitter, segment=2)
        lines += more
    shipper = shipper_of(tmp_path, oracle.url)
    persist(shipper, lambda: not list(tmp_path.glob("service-*")))

    assert judge(by_identity(lines), oracle, tmp_path).hold().delivered == 2500
    assert oracle.duplicates == 0
    # No more than 32 folders are held at once.
    assert max(sizes(oracle)) == 32 * 25
    in_order(oracle, lines)


def test_a_folder_that_is_never_empty_keeps_none_from_its_turn(
    tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Where one has more than a request takes, the others are not left for the end."""
    leave(tmp_path, records(5000, "aaaaaaaa"), "aaaaaaaa")
    leave(tmp_path, records(1, "zzzzzzzz"), "zzzzzzzz")
    assert shipper_of(tmp_path, oracle.url).deliver()

    assert list(oracle.lines).index(("zzzzzzzz", 1)) <= 1000


def in_order(oracle: Oracle, lines: list[bytes]) -> None:
    """Assert that each emitter's lines came as they were written, and in that order."""
    wanted: dict[str, list[bytes]] = {}
    found: dict[str, list[bytes]] = {}
    for (emitter, _), line in by_identity(lines).items():
        wanted.setdefault(emitter, []).append(line)
    for (emitter, _), line in oracle.lines.items():
        found.setdefault(emitter, []).append(line)
    assert found == wanted


@st.composite
def journals(draw: st.DrawFn) -> dict[str, list[list[int]]]:
    """Draw emitters, their segments, and the sizes of the lines in these."""
    size = st.one_of(st.integers(0, 300), st.sampled_from([47_500, 475_000, 999_999, 1_000_000]))
    segment = st.one_of(
        st.lists(size, max_size=8),
        st.builds(lambda count: [0] * count, st.sampled_from([500, 999, 1000, 1001])),
    )
    return draw(
        st.dictionaries(st.text("abc", min_size=4, max_size=5), st.lists(segment, max_size=3), max_size=4)
    )


@settings(
    max_examples=times(20, 1000),
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(written=journals(), fails=st.lists(st.sampled_from([202, 401, 503]), max_size=6))
def test_whatever_is_written_is_sent(
    written: dict[str, list[list[int]]], fails: list[int], shipper_of: Shippers
) -> None:
    """Never in a body that is too large, in each emitter's order, and all of it once."""
    lines = []
    with TemporaryDirectory() as name, Oracle() as oracle:
        for emitter, segments in written.items():
            seq = 0
            for number, segment in enumerate(segments, start=1):
                more = [record(seq + each, emitter, size=size) for each, size in enumerate(segment, start=1)]
                seq += len(more)
                lines += more
                leave(Path(name), more, emitter, number)
        oracle.script.extend(answer(status) for status in fails)
        shipper = shipper_of(Path(name), oracle.url)
        persist(shipper, lambda: not list(Path(name).glob("service-*")))

        in_order(oracle, lines)
        assert oracle.duplicates == 0
        assert not oracle.faults
        assert all(
            len(request.json) <= CEILING and len(request.entries) <= 1000 for request in oracle.requests
        )
        shipper.abandon()
