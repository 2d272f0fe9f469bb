"""A strict handler raises what is wrong with an event, as tests want it."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from odd_values import CASES, Unprintable
from record.journals import Journal, members, recording
from test_bad_input import KINDS

from telemetry_events import BatchProgressEvent, EncodeError, TrialFilterSummaryEvent, telemetry_logger

NAME = "DOE^JANE"
FAULTS = [case for case in CASES if isinstance(case[3], str) and case[3] in KINDS]


@pytest.fixture(params=["direct", "other"], autouse=True)
def strict_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A journal whose handler is strict; events take the direct way, and the other."""
    with recording(tmp_path, strict=True) as journal:
        telemetry_logger.filters = [] if request.param == "direct" else [lambda _: True]
        yield journal


@pytest.mark.parametrize(("kind", "field", "value", "outcome"), FAULTS, ids=lambda each: type(each).__name__)
def test_odd_values_of_tests(
    kind: type, field: str, value: Any, outcome: str, strict_journal: Journal
) -> None:
    """A strict handler raises the error, which names event, field and kind, and writes nothing."""
    event = kind.parse(b"")
    setattr(event, field, value)

    with pytest.raises(EncodeError) as caught:
        telemetry_logger.warning(event)

    assert (caught.value.event, caught.value.field, caught.value.kind) == (kind.__name__, field, outcome)
    assert strict_journal.lines() == []


@pytest.mark.parametrize("level", [0, 10])
def test_what_is_not_recorded_raises_nothing(level: int, strict_journal: Journal) -> None:
    """An event that no level or filter lets pass is not looked at."""
    event = BatchProgressEvent(NAME, NAME)  # type: ignore[arg-type]
    telemetry_logger.debug(event)
    telemetry_logger.setLevel(60 - level)
    telemetry_logger.info(event)
    telemetry_logger.filters.append(lambda _: False)
    telemetry_logger.critical(event)

    assert strict_journal.lines() == []


def test_the_error_of_a_strict_handler_holds_no_value(strict_journal: Journal) -> None:
    """Neither the error nor its traceback, with all that it is chained to, shows a value."""
    for event in (
        BatchProgressEvent(NAME, NAME),  # type: ignore[arg-type]
        BatchProgressEvent(NAME + "\udcff", 2**70),
        TrialFilterSummaryEvent(NAME, NAME, 1, 2, missing_columns=[NAME, {NAME: 1}]),  # type: ignore[list-item]
        TrialFilterSummaryEvent(NAME, NAME + "\udcff", 1, 2**60),
        BatchProgressEvent(type(NAME, (), {})(), 1),
    ):
        with pytest.raises(EncodeError) as caught:
            telemetry_logger.info(event)
        assert NAME not in "".join(traceback.format_exception(caught.value))

    assert strict_journal.lines() == []


def test_a_line_that_is_too_long(strict_journal: Journal) -> None:
    """A strict handler raises `too_long` for an event whose line cannot be cut to its limit."""
    with pytest.raises(EncodeError) as caught:
        telemetry_logger.info(TrialFilterSummaryEvent("s", "f", 1, 2, missing_columns=["abc"] * 200_000))

    assert (caught.value.kind, caught.value.event) == ("too_long", "TrialFilterSummaryEvent")
    assert strict_journal.lines() == []


@pytest.mark.parametrize(("text", "arguments"), [(Unprintable(), ()), ("%d", ("x",))], ids=["text", "format"])
def test_texts_raise_nothing(text: Any, arguments: Any, strict_journal: Journal) -> None:
    """A text that cannot be had is replaced, also by a strict handler: it is no event."""
    telemetry_logger.info(text, *arguments)

    [line] = strict_journal.lines()
    assert members(line)["message"] == "telemetry_invalid"
