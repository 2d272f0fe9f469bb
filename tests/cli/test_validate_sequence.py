"""`validate` finds records that come twice and numbers that are missing, however the lines are ordered."""

from collections.abc import Callable

import pytest
from cli.lines import LINE
from cli.records import EMITTER, OTHER_EMITTER, record
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry_events import TelemetryDroppedEvent
from telemetry_events.v1 import TelemetryDropReason
from telemetry_events.validation import sequence
from telemetry_events.validation.sequence import Sequences

Problems = Callable[..., list[str]]


def numbered(*numbers: int, emitter: str = EMITTER) -> list[bytes]:
    """Return the record of each number."""
    return [record("x", number, emitter=emitter) for number in numbers]


def test_the_same_bytes_twice(problems: Problems) -> None:
    """A record that comes twice with the same bytes is told of where it comes again."""
    assert problems(LINE, *numbered(2, 3), LINE) == [
        f"4: duplicate: emitter {EMITTER}, seq 1 came before with the same bytes"
    ]


def test_other_bytes_under_one_number(problems: Problems) -> None:
    """Two records of one number are told of as such: one of them should not be."""
    assert problems(LINE, record("other")) == [
        f"2: duplicate: emitter {EMITTER}, seq 1 came before with other bytes"
    ]


def test_bytes_too_far_back(problems: Problems, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the window a record that comes twice is still found, and only its bytes are not compared."""
    monkeypatch.setattr(sequence, "WINDOW", 4)

    assert problems(*numbered(1, 2, 3, 4, 5, 1, 5)) == [
        f"6: duplicate: emitter {EMITTER}, seq 1 came before, too far back to compare the bytes",
        f"7: duplicate: emitter {EMITTER}, seq 5 came before with the same bytes",
    ]


def test_gaps(problems: Problems) -> None:
    """What is missing is told of at the end, an emitter a line, in ranges."""
    lines = numbered(7, 10, 8, 12, 20) + numbered(5, 3, emitter=OTHER_EMITTER)

    assert problems(*lines) == [
        f"gap: emitter {EMITTER}: seq 9, 11, 13-19 missing (9 records)",
        f"gap: emitter {OTHER_EMITTER}: seq 4 missing (1 record)",
    ]


def test_numbers_may_come_in_any_order(problems: Problems) -> None:
    """Neither the order of the lines nor what came before the first of an emitter is a problem."""
    assert problems(*numbered(9, 3, 8, 4, 7, 5, 6)) == []


def test_many_gaps(problems: Problems) -> None:
    """Of many gaps the first are named, and the others counted."""
    (problem,) = problems(*numbered(*range(1, 101, 2)))

    assert problem.endswith("37, 39 and 29 more ranges missing (49 records)") is False
    assert problem.endswith("38, 40 and 29 more ranges missing (49 records)")


def test_gaps_that_the_emitter_tells_of(problems: Problems) -> None:
    """Where an emitter has told how many records it refused, the gap says so."""
    dropped = TelemetryDroppedEvent(3, TelemetryDropReason.JOURNAL_FULL, "t", "t")

    assert problems(*numbered(1), record(dropped, 5)) == [
        f"gap: emitter {EMITTER}: seq 2-4 missing (3 records; telemetry_dropped tells of 3)"
    ]


def test_what_is_no_identity(problems: Problems) -> None:
    """An emitter or a number that is none is a problem of its own, and is not counted."""
    lines = [
        LINE.replace(EMITTER.encode(), b"DOE"),
        LINE.replace(EMITTER.encode(), b"DOE"),
        LINE.replace(b'"seq":1', b'"seq":-5'),
        LINE.replace(b'"seq":1', b'"seq":9223372036854775808'),
        LINE.replace(b'"seq":1', b'"seq":true'),
    ]

    assert [problem.split(":")[1].strip() for problem in problems(*lines)] == [
        "bad-envelope",
        "bad-envelope",
        "bad-envelope",
        "wrong-type",
        "wrong-type",
    ]


@settings(derandomize=True, database=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_ranges_know_what_a_set_would(numbers: list[int]) -> None:
    """Whatever the order, duplicates and gaps are those that a set of all numbers has."""
    sequences, seen, expected = Sequences(), set[int](), []
    for number in numbers:
        expected.append(number in seen)
        seen.add(number)

    found = [sequences.add(EMITTER, number, 0) is not None for number in numbers]

    missing = sorted(set(range(min(seen), max(seen))) - seen)
    assert found == expected
    assert sum(f"({len(missing)} record" in fault.message for fault in sequences.gaps()) == bool(missing)
