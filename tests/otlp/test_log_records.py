"""A log record has all that the journal's line has, where OpenTelemetry has a place for it."""

import json
from pathlib import Path

import pytest
from otlp.conftest import Make
from otlp.receiver import Receiver
from otlp.variety import log_everything, record_of
from record.journals import reader

from telemetry_events import (
    BatchProgressEvent,
    EncodeError,
    JournalHandler,
    RedactionKey,
    telemetry_logger,
)

KEY = RedactionKey.parse("k1:0123456789abcdef")


def test_it_says_what_the_journal_says(tmp_path: Path, make: Make, receiver: Receiver) -> None:
    """Whatever is logged, the log record holds the members of the journal's line, and no more."""
    options = {"env": "prod", "version": "1.4.2", "tags": ["site:north"], "key": KEY}
    handler = make(**options)
    journal = JournalHandler(service="worker", hostname="pod-7", directory=tmp_path, **options)
    telemetry_logger.addHandler(journal)
    log_everything()
    journal.close()
    assert handler.settle(20)
    expected = [json.loads(line) for line in reader(tmp_path)()]
    (emitter,) = {record.attributes["emitter"] for record in receiver.records}

    assert len(expected) > 35
    sent = [record_of(each) for each in receiver.records]
    # As JSON, for which 1 is not 1.0.
    assert [json.dumps(each, sort_keys=True) for each in sent] == [
        json.dumps(each | {"emitter": emitter}, sort_keys=True) for each in expected
    ]
    assert emitter != expected[0]["emitter"]
    assert {record.scope for record in receiver.records} == {"telemetry_events"}


def test_nothing_that_an_exception_says_is_sent(make: Make, receiver: Receiver) -> None:
    """Of an exception its class and its frames are sent; its message, arguments and notes are not."""
    handler = make()
    try:
        error = ValueError("DOE^JANE")
        error.add_note("DOE^JANE")
        raise error
    except ValueError as error:
        telemetry_logger.exception("failed")
        telemetry_logger.error(BatchProgressEvent("p", batch_number=1), exc_info=error)
    assert handler.settle(20)

    assert [record.attributes["exception.type"] for record in receiver.records] == ["ValueError"] * 2
    assert all("test_nothing" in record.attributes["exception.stacktrace"] for record in receiver.records)
    assert "DOE" not in repr(receiver.records)


def test_strict_raises(make: Make, receiver: Receiver) -> None:
    """With strict, an event that cannot be encoded raises where it is logged; nothing is sent for it."""
    handler = make(strict=True)
    with pytest.raises(EncodeError):
        telemetry_logger.info(BatchProgressEvent("p", batch_number=2**40))
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    assert handler.settle(20)

    assert [record.event_name for record in receiver.records] == ["batch_progress"]
