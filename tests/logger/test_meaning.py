"""Levels, filters and handlers mean to our logger what they mean to logging."""

import logging
import queue
import sys
from collections.abc import Iterator
from logging.handlers import QueueHandler
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record.journals import Journal
from test_canonical_properties import steady

from telemetry_events import BatchProgressEvent, JournalHandler, telemetry_logger

EVENT = BatchProgressEvent("p", 1)
LEVELS = [1, 10, 20, 25, 30, 40]


@pytest.fixture(autouse=True)
def as_set_up(shared_journal: Journal) -> Iterator[None]:
    """Put the logger back to what set-up has left."""
    [handler] = [each for each in telemetry_logger.handlers if isinstance(each, JournalHandler)]
    yield
    telemetry_logger.handlers, telemetry_logger.filters = [handler], []
    telemetry_logger.disabled = telemetry_logger.propagate = False
    telemetry_logger.setLevel(logging.INFO)
    handler.setLevel(logging.NOTSET)
    handler.filters = []
    logging.disable(logging.NOTSET)
    shared_journal.lines()


class Ordinary(logging.Handler):
    """A handler that counts its records."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def emit(self, _: logging.LogRecord) -> None:
        """Count a record."""
        self.count += 1


SWITCHES = [
    st.tuples(st.just("setLevel"), st.sampled_from(LEVELS)),
    st.tuples(st.just("disable"), st.sampled_from([0, 0, 10, 20, 40])),
    st.tuples(st.just("disabled"), st.sampled_from([False, False, True])),
    st.tuples(st.just("handler"), st.sampled_from(LEVELS)),
]
# A filter closes the direct way.
FILTERS = [
    st.tuples(st.just("filter"), st.sampled_from([None, None, True, False, 0, 1, "", "yes"])),
    st.tuples(st.just("handler filter"), st.sampled_from([None, None, True, False, 0, 1])),
]
OPERATIONS = st.lists(st.one_of(SWITCHES), min_size=3, max_size=15) | st.lists(
    st.one_of(SWITCHES + FILTERS), min_size=3, max_size=15
)


AS_NEW: list[tuple[str, Any]] = [("setLevel", 20), ("disable", 0), ("disabled", False), ("handler", 0)]
AS_NEW += [("filter", None), ("handler filter", None)]


def configure(logger: logging.Logger, handler: logging.Handler, name: str, value: Any) -> None:
    """Do one thing to a logger and its handler."""
    if name == "setLevel":
        logger.setLevel(value)
    elif name == "disable":
        logging.disable(value)
    elif name == "disabled":
        logger.disabled = value
    elif name == "handler":
        handler.setLevel(value)
    elif name == "filter":
        logger.filters = [] if value is None else [lambda _: value]
    elif name == "handler filter":
        handler.filters = [] if value is None else [lambda _: value]


def log(logger: logging.Logger) -> None:
    """Log an event at each level."""
    for level in LEVELS:
        logger.log(level, EVENT)
    for name in ("debug", "info", "warning", "error", "critical"):
        getattr(logger, name)(EVENT)


@settings(steady, max_examples=100)
@given(operations=OPERATIONS)
def test_what_is_recorded_is_what_logging_says(
    operations: list[tuple[str, Any]], shared_journal: Journal
) -> None:
    """After any changes of levels, filters and switches, an event is recorded if an ordinary logger would."""
    ordinary, handler = logging.Logger("ordinary"), Ordinary()
    ordinary.addHandler(handler)
    ordinary.manager = logging.root.manager
    ordinary.parent = logging.root
    ordinary.propagate = False
    [ours] = telemetry_logger.handlers
    for name, value in AS_NEW:
        configure(telemetry_logger, ours, name, value)
        configure(ordinary, handler, name, value)
    for name, value in operations:
        configure(telemetry_logger, ours, name, value)
        configure(ordinary, handler, name, value)
        ordinary._cache.clear()  # type: ignore[attr-defined]  # it is no logger of the manager's
        before = handler.count
        log(telemetry_logger)
        log(ordinary)
        assert len(shared_journal.lines()) == handler.count - before


@pytest.mark.parametrize("level", ["20", 20.0, None, [20]])
def test_a_level_that_is_no_number(
    level: Any, shared_journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A level that is no integer is a TypeError, and nothing where logging is not to raise."""
    with pytest.raises(TypeError, match="level must be an integer"):
        telemetry_logger.log(level, EVENT)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    telemetry_logger.log(level, EVENT)

    assert shared_journal.lines() == []


def test_a_level_that_is_a_bool_or_an_enum(shared_journal: Journal) -> None:
    """A level that is an integer by inheritance is one."""
    telemetry_logger.setLevel(1)
    telemetry_logger.log(True, EVENT)
    telemetry_logger.log(type("Level", (int,), {})(30), EVENT)

    assert [record["status"] for record in shared_journal.records()] == ["debug", "warn"]


def test_an_unset_level_is_that_of_the_root(shared_journal: Journal) -> None:
    """A logger whose level is not set has that of its parent, as any other."""
    telemetry_logger.setLevel(logging.NOTSET)
    before = logging.root.level
    for level in (10, 40):
        logging.root.setLevel(level)
        telemetry_logger.warning(EVENT)
    logging.root.setLevel(before)

    assert len(shared_journal.lines()) == 1


def test_a_filter_that_raises(shared_journal: Journal) -> None:
    """A filter that raises raises into the program, as with any logger."""

    def fail(_: logging.LogRecord) -> bool:
        raise KeyError("filter")

    telemetry_logger.addFilter(fail)
    with pytest.raises(KeyError, match="filter"):
        telemetry_logger.info(EVENT)
    telemetry_logger.filters = []
    telemetry_logger.handlers[0].addFilter(fail)
    with pytest.raises(KeyError, match="filter"):
        telemetry_logger.info(EVENT)

    assert shared_journal.lines() == []


def test_what_a_filter_sees(shared_journal: Journal) -> None:
    """A filter sees the event itself as the record's message, and may add what others read."""
    seen: list[Any] = []

    def look(record: logging.LogRecord) -> bool:
        seen.append(record.msg)
        record.note = "a note"
        return True

    telemetry_logger.addFilter(look)
    telemetry_logger.info(EVENT, extra={"more": 1})

    assert seen == [EVENT]
    assert len(shared_journal.lines()) == 1


def hide(record: logging.LogRecord) -> bool:
    """Be a filter that takes a name out of a text, and its exception."""
    record.msg, record.args = record.getMessage().replace("DOE", "[hidden]"), ()
    record.exc_info = record.exc_text = None
    return True


@pytest.mark.parametrize("of", ["logger", "handler"])
@pytest.mark.parametrize("error", [None, KeyError("DOE")], ids=["text", "with an exception"])
def test_a_filter_that_changes_a_text(of: str, error: Any, shared_journal: Journal) -> None:
    """A text that a filter has changed is recorded as changed."""
    (telemetry_logger if of == "logger" else telemetry_logger.handlers[0]).addFilter(hide)
    telemetry_logger.info("patient %s", "DOE", exc_info=error)

    assert [record["message"] for record in shared_journal.records()] == ["patient [hidden]"]


@pytest.mark.parametrize("error", [None, KeyError("DOE")], ids=["text", "with an exception"])
def test_a_filter_that_changes_a_text_before_a_queue(error: Any, shared_journal: Journal) -> None:
    """A text that a filter has changed is recorded as changed, also where a queue comes behind the filter."""
    [ours] = telemetry_logger.handlers
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    telemetry_logger.handlers = [QueueHandler(records)]  # type: ignore[arg-type]
    telemetry_logger.addFilter(hide)
    telemetry_logger.info("patient %s", "DOE", exc_info=error)
    ours.handle(records.get())
    telemetry_logger.handlers = [ours]

    assert [record["message"] for record in shared_journal.records()] == ["patient [hidden]"]


@pytest.mark.parametrize("queued", [False, True], ids=["alone", "before a queue"])
def test_a_filter_that_puts_a_text_in_an_events_place(queued: bool, shared_journal: Journal) -> None:
    """Where a filter has put a text in an event's place, the text is recorded, and nothing of the event."""

    def replace(record: logging.LogRecord) -> bool:
        record.msg = "hidden"
        return True

    [ours] = telemetry_logger.handlers
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    telemetry_logger.addFilter(replace)
    telemetry_logger.handlers = [QueueHandler(records) if queued else ours]  # type: ignore[arg-type]
    telemetry_logger.info(EVENT)
    if queued:
        ours.handle(records.get())

    [record] = shared_journal.records()
    assert record["message"] == "hidden"
    assert "event" not in record


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a filter can replace a record from Python 3.12 on")
@pytest.mark.parametrize("of", ["logger", "handler"])
def test_a_filter_that_gives_another_record(of: str, shared_journal: Journal) -> None:
    """A record that a filter gives in place of another is the one that is recorded."""
    filtered = telemetry_logger if of == "logger" else telemetry_logger.handlers[0]
    other = BatchProgressEvent("other", 2)
    filtered.filters = [
        lambda _: logging.makeLogRecord({"msg": "a text", "levelno": 40}),
    ]
    telemetry_logger.info(EVENT)
    filtered.filters = [lambda _: logging.makeLogRecord({"msg": other, "levelno": 10})]
    telemetry_logger.info(EVENT)
    filtered.filters = [lambda record: record]
    telemetry_logger.info(EVENT)

    found = [(each["message"], each["status"], each.get("batch_number")) for each in shared_journal.records()]
    assert found == [("a text", "error", None), ("batch_progress", "debug", 2), ("batch_progress", "info", 1)]


def test_a_filter_that_changes_the_event(shared_journal: Journal) -> None:
    """An event that a filter has put in another's place is the one that is recorded."""

    def replace(record: logging.LogRecord) -> bool:
        record.msg = BatchProgressEvent("other", 2)
        return True

    telemetry_logger.addFilter(replace)
    telemetry_logger.info(EVENT)

    assert [record["protocol_name"] for record in shared_journal.records()] == ["other"]


def test_a_disabled_logger_that_is_asked(shared_journal: Journal) -> None:
    """IsEnabledFor and getEffectiveLevel answer as those of any logger."""
    assert telemetry_logger.isEnabledFor(20)
    assert not telemetry_logger.isEnabledFor(10)
    assert telemetry_logger.getEffectiveLevel() == 20
    assert telemetry_logger.hasHandlers()
    telemetry_logger.disabled = True
    assert not telemetry_logger.isEnabledFor(50)
    telemetry_logger.critical(EVENT)
    telemetry_logger.disabled = False
    logging.disable()
    telemetry_logger.critical(EVENT)

    assert shared_journal.lines() == []


def test_two_journals(shared_journal: Journal, tmp_path) -> None:
    """Two of our handlers record each event twice, each in its own journal."""
    second = JournalHandler(directory=tmp_path)
    telemetry_logger.addHandler(second)
    telemetry_logger.info(EVENT)
    second.close()

    assert len(shared_journal.lines()) == 1
    assert len(list(tmp_path.glob("*/*.jsonl"))) == 1
