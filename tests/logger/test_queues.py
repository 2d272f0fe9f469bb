"""Behind a buffer, a queue or another process, events are recorded as they were logged."""

import logging
import pickle
import queue
from logging.handlers import MemoryHandler, QueueHandler, QueueListener
from pathlib import Path

import page
import pytest
from record.journals import Journal, envelope
from record.program import run

from telemetry_events import BatchProgressEvent, MissingColumnEvent, telemetry_context, telemetry_logger

EVENT = BatchProgressEvent("p", 1)
FILE = MissingColumnEvent("/data/DOE^JANE.dcm", "Pixel Data")


def test_a_memory_handler_in_front(journal: Journal) -> None:
    """A buffer hands on what it holds when something severe comes, in order."""
    [ours] = telemetry_logger.handlers
    buffer = MemoryHandler(100, flushLevel=logging.ERROR, target=ours)
    telemetry_logger.handlers = [buffer]
    telemetry_logger.info(EVENT)
    telemetry_logger.info("text")
    assert journal.lines() == []
    telemetry_logger.error(EVENT)
    telemetry_logger.handlers = [ours]
    buffer.close()

    assert [record["status"] for record in journal.records()] == ["info", "info", "error"]


def test_a_listener_that_respects_our_level(journal: Journal) -> None:
    """Behind a queue our handler's level and filters count where the listener is told to respect them."""
    [ours] = telemetry_logger.handlers
    ours.setLevel(logging.ERROR)
    records: queue.Queue[logging.LogRecord] = queue.Queue()
    listener = QueueListener(records, ours, respect_handler_level=True)
    telemetry_logger.handlers = [QueueHandler(records)]
    listener.start()
    telemetry_logger.info(EVENT)
    telemetry_logger.error(EVENT)
    listener.stop()
    telemetry_logger.handlers = [ours]

    assert [record["status"] for record in journal.records()] == ["error"]


LAYOUTS = ["%(message)s", '{"message": "%(message)s"}']


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("error", [None, KeyError("DOE^JANE")], ids=["plain", "with an exception"])
def test_a_queue_that_formats(layout: str, error: KeyError | None, journal: Journal) -> None:
    """However the handler of a queue formats its records, an event comes through it as it was."""
    [ours] = telemetry_logger.handlers
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    putting = QueueHandler(records)  # type: ignore[arg-type]
    putting.setFormatter(logging.Formatter(layout))
    telemetry_logger.handlers = [putting]
    telemetry_logger.info(FILE, exc_info=error)
    ours.handle(records.get())

    [line] = journal.lines()
    event = page.message("MissingColumnEvent", file_name="/data/DOE^JANE.dcm", column_name="Pixel Data")
    assert line == page.line(event, error=page.error_of(error), **envelope(line))


def test_a_record_that_our_logger_is_handed(journal: Journal) -> None:
    """A record that came through a queue, or a pickle, may be handed to our logger as it is."""
    [ours] = telemetry_logger.handlers
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    telemetry_logger.handlers = [QueueHandler(records)]  # type: ignore[arg-type]
    with telemetry_context(run_id="of the call"):
        telemetry_logger.error(FILE, exc_info=KeyError("DOE^JANE"))
    telemetry_logger.handlers = [ours]
    record = records.get()
    telemetry_logger.handle(record)
    telemetry_logger.handle(logging.makeLogRecord(pickle.loads(pickle.dumps(vars(record)))))

    found = journal.records()
    assert [each["message"] for each in found] == ["missing_column"] * 2
    assert [(each["run_id"], each["error"]["kind"]) for each in found] == [("of the call", "KeyError")] * 2


def test_other_processes_log_through_a_queue(tmp_path: Path) -> None:
    """Events of child processes come through a queue with what held where they were logged."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    output, errors = run("", options=("-W", "error", str(program), str(tmp_path / "journal")))

    assert (output, errors) == ("True True\n", "")
    [segment] = (tmp_path / "journal").glob("*/*.jsonl")
    lines = segment.read_bytes()
    assert lines.count(b'"run_id":"of the child"') == lines.count(b"\n") == 4
    assert lines.count(b'"file_name":"h1:k1:') == 2
    assert b"DOE" not in lines


PROGRAM = """
import logging
import multiprocessing
import sys
from logging.handlers import QueueHandler, QueueListener

from telemetry_events import JournalHandler, MissingColumnEvent, telemetry_context, telemetry_logger


def child(records):
    telemetry_logger.handlers = [QueueHandler(records)]
    with telemetry_context(run_id="of the child"):
        for _ in range(2):
            telemetry_logger.info(MissingColumnEvent("/data/DOE^JANE.dcm", "Pixel Data"))
            telemetry_logger.error("text", exc_info=KeyError("DOE^JANE"))


if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    records = spawn.Queue()
    handler = JournalHandler(directory=sys.argv[1], service="parent", key="k1:0123456789abcdef")
    listener = QueueListener(records, handler)
    listener.start()
    process = spawn.Process(target=child, args=(records,))
    process.start()
    process.join()
    listener.stop()
    handler.close()
    print(process.exitcode == 0, handler.journal.lost == 0)
"""
