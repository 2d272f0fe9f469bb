"""Other handlers beside ours, and ours on other loggers."""

import io
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import page
import pytest
from record.journals import Journal, envelope, members, reader

from telemetry_events import (
    BatchProgressEvent,
    JournalHandler,
    MissingColumnEvent,
    telemetry_logger,
)

EVENT = BatchProgressEvent("p", 1)
FILE = MissingColumnEvent("/data/DOE^JANE.dcm", "Pixel Data")


@pytest.fixture
def stream(journal: Journal) -> Iterator[io.StringIO]:
    """What a stream handler beside ours prints."""
    assert journal
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(levelname)s %(filename)s:%(lineno)d %(funcName)s %(message)s"))
    telemetry_logger.addHandler(handler)
    yield handler.stream
    telemetry_logger.removeHandler(handler)


def this_line() -> int:
    """Return the number of the caller's line."""
    return sys._getframe(1).f_lineno


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical", "fatal", "exception"])
@pytest.mark.parametrize("what", [EVENT, "text"], ids=["event", "text"])
def test_a_formatter_points_at_the_caller(level: str, what: object, stream: io.StringIO) -> None:
    """File, line and function that a formatter prints are those of the call."""
    telemetry_logger.setLevel(logging.DEBUG)
    try:
        raise KeyError
    except KeyError:
        number = this_line() + 1
        getattr(telemetry_logger, level)(what)
    named = {"fatal": "CRITICAL", "exception": "ERROR"}.get(level, level.upper())
    first = stream.getvalue().splitlines()[0]
    function = "test_a_formatter_points_at_the_caller"

    assert first == f"{named} test_handlers.py:{number} {function} {what}"


def test_stacklevel(stream: io.StringIO) -> None:
    """A program's own wrapper may have the caller of its own caller shown."""

    def wrapper(level: int) -> None:
        telemetry_logger.info(EVENT, stacklevel=level)
        telemetry_logger.log(20, "text", stacklevel=level)
        logging.LoggerAdapter(telemetry_logger, {"a": 1}).info(EVENT, stacklevel=level)

    wrapper(1)
    number = this_line() + 1
    wrapper(2)

    places = [line.split()[2] for line in stream.getvalue().splitlines()]
    assert places == ["wrapper"] * 3 + ["test_stacklevel"] * 3
    assert [line.split()[1] for line in stream.getvalue().splitlines()][3:] == [
        f"test_handlers.py:{number}"
    ] * 3


def test_other_handlers_print_the_redacted_event(stream: io.StringIO, journal: Journal) -> None:
    """Beside our line, a stream gets the event's repr, without what it may not show."""
    telemetry_logger.info(FILE)

    shown = "MissingColumnEvent(file_name='redacted.dcm', column_name='Pixel Data')"
    assert stream.getvalue().endswith(f"{shown}\n")
    assert len(journal.lines()) == 1


def test_a_handler_that_fails(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    """A stream that fails is logging's to report, and our record is there."""
    broken = logging.StreamHandler(io.StringIO())
    broken.stream.close()
    telemetry_logger.addHandler(broken)
    telemetry_logger.info(EVENT)

    assert "--- Logging error ---" in capsys.readouterr().err
    assert len(journal.lines()) == 1


def test_child_loggers(journal: Journal) -> None:
    """A child of our logger hands its events and texts to our handler, at our level or its own."""
    child = logging.getLogger("telemetry_events.worker")
    child.info(EVENT)
    child.debug(EVENT)
    child.warning("text %d", 1)
    child.setLevel(logging.DEBUG)
    child.debug(FILE)
    child.setLevel(logging.NOTSET)

    records = journal.records()
    messages = [(record["message"], record["status"]) for record in records]
    assert messages == [("batch_progress", "info"), ("text 1", "warn"), ("missing_column", "debug")]
    assert records[2]["file_name"] == "redacted.dcm"


def test_our_handler_on_the_root(tmp_path: Path, journal: Journal) -> None:
    """Our handler on the root records the texts of all loggers at DEBUG, warnings too, and ends."""
    handler = JournalHandler(directory=tmp_path / "root", service="root", hostname="h")
    level = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.DEBUG)
    logging.captureWarnings(True)
    try:
        logging.getLogger("asyncio").debug("a %s", "text")
        logging.getLogger("library").info(FILE)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("a warning", stacklevel=1)
        telemetry_logger.info(EVENT)
    finally:
        logging.captureWarnings(False)
        logging.root.setLevel(level)
        logging.root.removeHandler(handler)
        handler.close()

    records = [members(line) for line in reader(tmp_path / "root")()]
    assert [record["status"] for record in records] == ["debug", "info", "warn"]
    assert [record["message"] for record in records[:2]] == ["a text", "missing_column"]
    assert "UserWarning: a warning" in records[2]["message"]
    assert records[1]["file_name"] == "redacted.dcm"
    assert len(journal.lines()) == 1


def test_a_foreign_record(journal: Journal) -> None:
    """A record of another logger has its own time, level and exception, as its page says."""
    [handler] = telemetry_logger.handlers
    try:
        raise KeyError("DOE^JANE")
    except KeyError as error:
        raised = error
        attributes = {
            "msg": "a %s",
            "args": ("text",),
            "levelno": 35,
            "created": 1.5,
            "exc_info": sys.exc_info(),
        }
    handler.handle(logging.makeLogRecord(attributes))

    [line] = journal.lines()
    known = envelope(line) | {"timestamp": page.timestamp(1_500_000)}
    assert line == page.line(message="a text", level=35, error=page.error_of(raised), **known)


ODD_RECORDS = [
    {"telemetry_events_call": "something else"},
    {"telemetry_events_call": {"event": 1}},
    {"exc_info": (1,)},
    {"exc_info": True},
    {"exc_info": (None, "DOE", None)},
    {"msg": None, "args": None},
    {"args": ("too", "many")},
]


@pytest.mark.parametrize("attributes", ODD_RECORDS, ids=repr)
def test_an_odd_record(attributes: dict[str, object], journal: Journal) -> None:
    """A record of another logger with odd attributes gives a line all the same, and raises nothing."""
    [handler] = telemetry_logger.handlers
    handler.handle(logging.makeLogRecord({"msg": "text", "levelno": 20} | attributes))

    assert len(journal.lines()) == 1


@pytest.mark.parametrize(
    "attributes", [{"created": float("nan")}, {"created": None}, {"created": 1e18}, {"levelno": "INFO"}]
)
def test_a_record_without_a_time_or_a_level(attributes: dict[str, object], journal: Journal) -> None:
    """A record whose time or level makes no sense raises nothing."""
    [handler] = telemetry_logger.handlers
    handler.handle(logging.makeLogRecord({"msg": "text", "levelno": 20} | attributes))
    telemetry_logger.info(EVENT)

    assert journal.records()[-1]["message"] == "batch_progress"


def test_a_handler_that_was_closed_is_forgotten(tmp_path: Path) -> None:
    """A handler that was closed is known to logging by no name any more, and takes records still."""
    handler = JournalHandler(directory=tmp_path, service="s", hostname="h")
    handler.name = "journal"
    handler.close()

    assert "journal" not in logging._handlers  # type: ignore[attr-defined]
    handler.handle(logging.makeLogRecord({"msg": "text", "levelno": 20}))
    handler.journal.close()
    assert len(reader(tmp_path)()) == 1
