"""A block captures the events that a program emits, fails over a wrong one, and leaves all as it was."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from record.alone import pytest_runtest_call  # noqa: F401 (a hook)
from record.journals import Journal, recording, restored
from test_events import EVENTS, sample

from telemetry_events import (
    BatchProgressEvent,
    EncodeError,
    MissingColumnEvent,
    TaskErrorEvent,
    TelemetryInvalidEvent,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_context,
    telemetry_logger,
)
from telemetry_events.testing import Captured, capture_events

EVENT = BatchProgressEvent("p", 1)
WRONG = BatchProgressEvent("p", "1")  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def as_new() -> Iterator[None]:
    """Have the logger as a new process has it."""
    with restored():
        yield


def state() -> tuple[Any, ...]:
    """Return all that capturing changes of the logger."""
    logger = telemetry_logger
    return list(logger.handlers), list(logger.filters), logger.level, logger.disabled, logger.propagate


def test_events_are_captured() -> None:
    """All events are captured, as the very objects that were emitted, in their order, and texts are not."""
    events = [sample(kind) for kind in EVENTS]
    with capture_events() as captured:
        for event in events:
            telemetry_logger.info(event)
        telemetry_logger.info("text")

    assert list(map(id, captured.events)) == list(map(id, events))
    for kind in (BatchProgressEvent, TaskErrorEvent):
        assert captured.of(kind) == [each for each in events if type(each) is kind]
    captured.clear()
    assert captured.events == []


@pytest.mark.parametrize("level", [1, 9, 10, 20, 30, 40, 50, 60])
def test_events_of_each_level_are_captured(level: int) -> None:
    """Events are captured whatever their level, whatever the logger's, and however they are logged."""
    telemetry_logger.setLevel(logging.CRITICAL)
    with capture_events() as captured:
        telemetry_logger.log(level, EVENT)
        telemetry_logger.debug(EVENT)
        telemetry_logger.error(EVENT, exc_info=KeyError("a"))
        logging.getLogger("telemetry_events.child").info(EVENT)

    assert captured.events == [EVENT] * 4


def test_events_are_captured_where_logging_is_disabled() -> None:
    """Events are captured also where a test has switched logging off."""
    logging.disable(logging.CRITICAL)
    telemetry_logger.disabled = True
    telemetry_logger.addFilter(lambda _: False)
    with capture_events() as captured:
        telemetry_logger.info(EVENT)

    assert captured.events == [EVENT]


@pytest.mark.parametrize("way", ["leave", "raise"])
@pytest.mark.parametrize("strict", [True, False])
def test_all_is_as_before(way: str, strict: bool, tmp_path: Path) -> None:
    """Behind the block the logger is as it was, also where an exception leaves it, and records again."""
    with recording(tmp_path) as journal:
        telemetry_logger.setLevel(logging.WARNING)
        telemetry_logger.addFilter(logging.Filter("telemetry_events"))
        telemetry_logger.addHandler(logging.NullHandler())
        telemetry_logger.disabled = way == "raise"
        before = state()
        try:
            with capture_events(strict=strict) as captured:
                telemetry_logger.info(EVENT)
                telemetry_logger.setLevel(logging.ERROR)
                telemetry_logger.addHandler(logging.NullHandler())
                telemetry_logger.addFilter(lambda _: False)
                if way == "raise":
                    raise KeyError
        except KeyError:
            pass

        assert state() == before
        assert captured.events == [EVENT]
        assert journal.lines() == []
        telemetry_logger.disabled = False
        telemetry_logger.warning(EVENT)
        assert len(journal.lines()) == 1


def test_an_event_that_is_wrong() -> None:
    """An event that cannot be encoded raises where it is emitted, or is captured, if that is not strict."""
    with capture_events() as captured:
        with pytest.raises(
            EncodeError, match=r"^BatchProgressEvent.batch_number: expected an integer, found str"
        ):
            telemetry_logger.info(WRONG)
        telemetry_logger.info(EVENT)
    assert captured.events == [EVENT]

    with capture_events(strict=False) as captured:
        telemetry_logger.info(WRONG)
    assert captured.events == [WRONG]


def test_blocks_within_blocks() -> None:
    """An inner block captures what is emitted in it, and the outer one what is emitted around it."""
    with capture_events() as outer:
        telemetry_logger.info(BatchProgressEvent("outer", 1))
        with capture_events(strict=False) as inner:
            telemetry_logger.info(BatchProgressEvent("inner", 1))
        telemetry_logger.info(BatchProgressEvent("outer", 2))
        with pytest.raises(EncodeError):
            telemetry_logger.info(WRONG)

    assert [event.batch_number for event in outer.of(BatchProgressEvent)] == [1, 2]
    assert [event.protocol_name for event in inner.of(BatchProgressEvent)] == ["inner"]


def test_threads() -> None:
    """Events of other threads are captured too."""
    with capture_events() as captured:
        threads = [threading.Thread(target=telemetry_logger.info, args=(EVENT,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert captured.events == [EVENT] * 20


def test_a_program_that_sets_up_within(tmp_path: Path) -> None:
    """A program that is set up within the block is captured on, and leaves nothing behind it."""
    before = state()
    with capture_events() as captured:
        setup_telemetry(directory=tmp_path)
        telemetry_logger.info(EVENT)
        shutdown_telemetry()
        telemetry_logger.info(EVENT)

    assert captured.events == [EVENT] * 2
    assert state() == before


def test_what_is_shown() -> None:
    """What was captured shows redacted, one event a line."""
    with capture_events() as captured:
        telemetry_logger.info(MissingColumnEvent("/data/DOE^JANE.dcm", "c"))
        telemetry_logger.info(EVENT)

    assert repr(captured) == (
        "Captured:\n  MissingColumnEvent(file_name='redacted.dcm', column_name='c')\n"
        "  BatchProgressEvent(protocol_name='p', batch_number=1)"
    )
    assert repr(Captured()) == "Captured:"


def test_a_context_that_is_wrong() -> None:
    """What is said of a context that is no text is captured too."""
    with capture_events() as captured, telemetry_context(task_id=5):  # type: ignore[arg-type]
        pass

    assert [event.invalid_field for event in captured.of(TelemetryInvalidEvent)] == ["task_id"]


def test_a_logger_that_hands_on(journal_on_root: Journal) -> None:
    """Nothing else handles what is captured, also where our logger hands its records on."""
    telemetry_logger.propagate = True
    with capture_events() as captured:
        telemetry_logger.info(EVENT)

    assert captured.events == [EVENT]
    assert journal_on_root.lines() == []
    assert telemetry_logger.propagate


@pytest.fixture
def journal_on_root(tmp_path: Path) -> Iterator[Journal]:
    """A journal of what the root's handlers get."""
    with recording(tmp_path) as journal:
        [handler] = [each for each in telemetry_logger.handlers if hasattr(each, "journal")]
        telemetry_logger.handlers = [logging.NullHandler()]
        logging.root.addHandler(handler)
        yield journal
        logging.root.removeHandler(handler)
        handler.close()
