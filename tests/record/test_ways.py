"""A record is the same, whichever way its call takes through logging."""

import logging
import multiprocessing
import pickle
import queue
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from logging.handlers import MemoryHandler, QueueHandler, QueueListener
from typing import Any

import pytest
from record.journals import Journal
from test_events import EVENTS, sample

from telemetry_events import (
    BatchProgressEvent,
    JournalHandler,
    TaskErrorEvent,
    telemetry_context,
    telemetry_logger,
)

LEVELS = ["debug", "info", "warning", "error", "critical", "fatal"]
Way = Callable[[JournalHandler], AbstractContextManager[None]]


@contextmanager
def logger_filter(_: JournalHandler) -> Iterator[None]:
    """Give the logger a filter that lets everything pass."""
    telemetry_logger.addFilter(lambda _: True)
    yield


@contextmanager
def handler_filter(handler: JournalHandler) -> Iterator[None]:
    """Give the handler a filter that lets everything pass."""
    handler.addFilter(lambda _: True)
    yield
    handler.filters.clear()


@contextmanager
def second_handler(_: JournalHandler) -> Iterator[None]:
    """Add a handler that does nothing."""
    telemetry_logger.addHandler(logging.NullHandler())
    yield


@contextmanager
def propagation(_: JournalHandler) -> Iterator[None]:
    """Have the root's handlers see the records too."""
    telemetry_logger.propagate = True
    yield


@contextmanager
def subclass(handler: JournalHandler) -> Iterator[None]:
    """Have a handler whose class extends ours."""
    handler.__class__ = type("Handler", (JournalHandler,), {})
    yield
    handler.__class__ = JournalHandler


@contextmanager
def memory(handler: JournalHandler) -> Iterator[None]:
    """Buffer the records in front of the handler."""
    buffer = MemoryHandler(10**6, flushLevel=10**6, target=handler)
    telemetry_logger.handlers = [buffer]
    yield
    buffer.close()


@contextmanager
def thread_queue(handler: JournalHandler) -> Iterator[None]:
    """Have another thread write the records."""
    with listening(handler, queue.Queue()):
        yield


@contextmanager
def process_queue(handler: JournalHandler) -> Iterator[None]:
    """Pickle the records, as a queue between processes does."""
    records: Any = multiprocessing.get_context("spawn").Queue()
    with listening(handler, records):
        yield
    records.close()
    records.join_thread()


@contextmanager
def listening(handler: JournalHandler, records: Any) -> Iterator[None]:
    """Put the records into a queue, and have a listener hand them to the handler."""
    listener = QueueListener(records, handler, respect_handler_level=True)
    telemetry_logger.handlers = [QueueHandler(records)]
    listener.start()
    yield
    listener.stop()


@contextmanager
def socket_pickle(handler: JournalHandler) -> Iterator[None]:
    """Pickle the attributes of the records, as logging does for a socket, and make others of them."""
    sender = logging.handlers.SocketHandler("", 0)
    sender.emit = (
        lambda record: handler.handle(  # type: ignore[method-assign]
            logging.makeLogRecord(pickle.loads(sender.makePickle(record)[4:]))
        )
    )
    telemetry_logger.handlers = [sender]
    yield
    sender.close()


WAYS: list[Way] = [
    logger_filter,
    handler_filter,
    second_handler,
    propagation,
    subclass,
    memory,
    thread_queue,
    process_queue,
    socket_pickle,
]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


@contextmanager
def taken(way: Way) -> Iterator[None]:
    """Have the calls within a block take a way, and the direct one behind it."""
    [handler] = telemetry_logger.handlers
    assert isinstance(handler, JournalHandler)
    try:
        with way(handler):
            yield
    finally:
        telemetry_logger.handlers, telemetry_logger.filters, telemetry_logger.propagate = [handler], [], False


def fail(name: str) -> None:
    """Raise an exception of more than one frame."""
    raise KeyError(name)


def log_everything() -> None:
    """Log each event at each level with an exception in each form, in a context, and texts as well."""
    telemetry_logger.setLevel(logging.DEBUG)
    with telemetry_context(task_id="t-1", username="dr.jones"):
        try:
            fail("DOE^JANE")
        except KeyError as error:
            for kind in EVENTS:
                for level in LEVELS:
                    for exc_info in (None, False, error, True, sys.exc_info(), (None, None, None)):
                        getattr(telemetry_logger, level)(sample(kind), exc_info=exc_info)
            telemetry_logger.exception(BatchProgressEvent("p", 1))
            telemetry_logger.error("%s of %d", "text", 2, exc_info=error)
            kept = sys.exc_info()
        telemetry_logger.info(BatchProgressEvent("p", 3), exc_info=kept)
    telemetry_logger.log(25, BatchProgressEvent("p", 2), exc_info=True)
    telemetry_logger.info(TaskErrorEvent("t", "p", "u", "E", 'File "a/b/c.py", line 1, in f'), extra={"a": 1})


def but_for_time_and_number(lines: list[bytes]) -> list[bytes]:
    """Return lines without what differs from call to call."""
    return [re.sub(rb'"(seq":\d+|timestamp":"[^"]*")', b'"', line) for line in lines]


def test_the_direct_way_makes_no_log_record(shared_journal: Journal) -> None:
    """An event makes no log record where its handler is ours alone, and one on each other way."""
    made: list[logging.LogRecord] = []
    usual = logging.getLogRecordFactory()

    def factory(*args: Any, **options: Any) -> logging.LogRecord:
        made.append(usual(*args, **options))
        return made[-1]

    logging.setLogRecordFactory(factory)
    try:
        telemetry_logger.info(BatchProgressEvent("p", 1))
        assert not made
        with taken(logger_filter):
            telemetry_logger.info(BatchProgressEvent("p", 1))
        assert len(made) == 1
    finally:
        logging.setLogRecordFactory(usual)
    assert len(shared_journal.lines()) == 2


@each_way
def test_every_way_gives_the_same_line(way: Way, shared_journal: Journal) -> None:
    """Each event at each level with each form of exception is the same line the direct way and another."""
    log_everything()
    direct_lines = but_for_time_and_number(shared_journal.lines())
    with taken(way):
        log_everything()

    assert but_for_time_and_number(shared_journal.lines()) == direct_lines
    assert len(direct_lines) == len(EVENTS) * len(LEVELS) * 6 + 5
    assert sum(b'"error":' in line for line in direct_lines) == len(EVENTS) * len(LEVELS) * 3 + 3


@each_way
def test_every_way_keeps_the_order(way: Way, shared_journal: Journal) -> None:
    """Records stand in the order of their calls and of their numbers, whichever way they took."""
    with taken(way):
        for number in range(50):
            telemetry_logger.info(BatchProgressEvent("p", number))

    records = shared_journal.records()
    assert [record["batch_number"] for record in records] == list(range(50))
    first = records[0]["seq"]
    assert [record["seq"] for record in records] == list(range(first, first + 50))
    assert [record["timestamp"] for record in records] == sorted(record["timestamp"] for record in records)


@pytest.mark.parametrize(
    "way", [memory, thread_queue, process_queue, socket_pickle], ids=lambda way: way.__name__
)
def test_a_late_record_tells_of_its_call(way: Way, journal: Journal) -> None:
    """A record that is written later, elsewhere, has the time and the context of its call."""
    telemetry_logger.info("before")
    with taken(way):
        with telemetry_context(run_id="of the call"):
            telemetry_logger.info(BatchProgressEvent("p", 1))
        with telemetry_context(run_id="of another"):
            pass
    telemetry_logger.info("after")

    before, late, after = journal.records()
    assert late["run_id"] == "of the call"
    assert before["timestamp"] <= late["timestamp"] <= after["timestamp"]


@pytest.mark.parametrize(
    "exc_info", [(), (None,), (1,), (None, "text", None), (ValueError,), 0, "yes", [1]], ids=repr
)
def test_an_odd_exc_info(exc_info: Any, journal: Journal) -> None:
    """An `exc_info` that holds no exception gives a record without one, for an event and for a text."""
    telemetry_logger.info(BatchProgressEvent("p", 1), exc_info=exc_info)
    telemetry_logger.addFilter(lambda _: True)
    telemetry_logger.info(BatchProgressEvent("p", 1), exc_info=exc_info)
    telemetry_logger.info("text", exc_info=exc_info)

    assert ["error" in record for record in journal.records()] == [False] * 3
