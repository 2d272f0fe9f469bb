"""What becomes of records that cannot be sent at once: they wait, or it is said that they are lost."""

from threading import Thread
from time import monotonic

import pytest
from otlp.conftest import Make
from otlp.receiver import Arrived, Receiver

from telemetry_events import BatchProgressEvent, telemetry_logger
from telemetry_events.otlp.sender import BATCH

DEADLINE = 30


def log(count: int, name: str = "p") -> None:
    """Log so many events."""
    for number in range(count):
        telemetry_logger.info(BatchProgressEvent(name, batch_number=number))


def sequence(receiver: Receiver) -> list[int]:
    """Return the numbers of the records that have arrived."""
    return [record.attributes["seq"] for record in receiver.records]


def test_all_arrive_once_in_order(make: Make, receiver: Receiver) -> None:
    """Records arrive once and in order, in requests of some hundred."""
    handler = make()
    log(3 * BATCH)
    assert handler.settle(DEADLINE)

    assert sequence(receiver) == list(range(1, 3 * BATCH + 1))
    assert (handler.counters.delivered, handler.counters.refused) == (3 * BATCH, 0)
    assert receiver.requests < 10


def test_threads_share_one_sequence(make: Make, receiver: Receiver) -> None:
    """What eight threads log at once is one emitter's: each number arrives once, in order."""
    handler = make()
    threads = [Thread(target=log, args=(500, f"thread-{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert handler.settle(DEADLINE)

    assert sequence(receiver) == list(range(1, 4001))
    names = [(each.attributes["protocol_name"], each.attributes["batch_number"]) for each in receiver.records]
    assert len(set(names)) == 4000


def test_they_are_sent_without_a_flush(make: Make, receiver: Receiver) -> None:
    """Records are sent by themselves."""
    make()
    log(3)

    assert receiver.wait_for(lambda found: len(found) == 3, DEADLINE)


@pytest.mark.parametrize("status", [429, 500, 503, 401, 404, 302, 307, 202], ids=str)
def test_they_wait(status: int, make: Make, receiver: Receiver) -> None:
    """What is not taken waits, and is sent again: after a failure, a refused key, a redirect, another 2xx."""
    receiver.answer = lambda _: status
    receiver.more = {"Location": f"{receiver.url}/elsewhere"} if 300 < status < 400 else {}
    handler = make()
    log(3)
    with receiver.changed:
        assert receiver.changed.wait_for(lambda: receiver.requests > 2, DEADLINE)
    assert not handler.settle(0.1)
    receiver.more = {}
    receiver.answer = lambda _: 200
    assert handler.settle(DEADLINE)

    assert sequence(receiver) == [1, 2, 3]
    assert (receiver.strayed, handler.counters.quarantined) == (0, 0)


def test_one_that_is_refused_is_found(
    make: Make, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a body is refused, the one record that is the cause is given up, and all others arrive."""

    def answer(records: list[Arrived]) -> int:
        return 400 if any(each.attributes["seq"] == 37 for each in records) else 200

    receiver.answer = answer
    handler = make()
    log(100)
    handler.settle(DEADLINE)
    assert receiver.wait_for(lambda found: len(found) == 99, DEADLINE)

    assert sequence(receiver) == [*range(1, 37), *range(38, 101)]
    assert handler.counters.quarantined == 1
    assert "1 records cannot be delivered, and are lost: 400" in capsys.readouterr().err


def test_not_all_are_given_up(make: Make, receiver: Receiver) -> None:
    """Where each record is refused, it is not the records: no more than ten are given up."""
    receiver.answer = lambda _: 400
    handler = make()
    log(100)
    assert not handler.settle(1)
    receiver.answer = lambda _: 200
    handler.settle(DEADLINE)

    assert sequence(receiver) == list(range(11, 101))
    assert handler.counters.quarantined == 10


def test_what_is_rejected_in_part_is_counted(
    make: Make, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A receiver may take a request, and say that it has rejected some of it: that is counted, and said."""
    receiver.rejected = 2
    handler = make()
    log(5)
    handler.settle(DEADLINE)

    assert (handler.counters.delivered, handler.counters.quarantined) == (3, 2)
    assert "2 records cannot be delivered, and are lost" in capsys.readouterr().err


def test_a_full_buffer_refuses_the_newest(
    make: Make, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """What there is no room for is refused; a record says how many, and the gap in seq which."""
    receiver.answer = lambda _: 503
    handler = make(capacity=10)
    log(15)
    assert not handler.settle(0.2)
    assert handler.counters.refused == 5
    assert "records are missing: too many wait to be sent" in capsys.readouterr().err
    receiver.answer = lambda _: 200
    # What waited is sent by then, and five are missing.
    assert not handler.settle(DEADLINE)
    log(1, "after")
    assert handler.settle(DEADLINE)

    assert sequence(receiver) == [*range(1, 11), 16, 17]
    report, after = receiver.records[-2:]
    assert (report.event_name, report.severity_text) == ("telemetry_dropped", "error")
    assert report.attributes["dropped_count"] == 5
    assert after.attributes["protocol_name"] == "after"


def test_long_records_are_sent_in_parts(make: Make, receiver: Receiver) -> None:
    """Requests keep below the four mebibytes that a receiver may take."""
    receiver.answer = lambda _: 503
    handler = make()
    for _ in range(10):
        telemetry_logger.info("x" * 800_000)
    assert not handler.settle(0.2)
    receiver.answer = lambda _: 200
    assert handler.settle(DEADLINE)

    assert sequence(receiver) == list(range(1, 11))
    assert receiver.largest <= 4 * 2**20


def test_closing_is_bounded(make: Make, receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody takes it, closing gives up after some seconds, and says what is lost."""
    receiver.answer = lambda _: 503
    handler = make()
    log(3)
    begun = monotonic()
    handler.close()
    log(2)

    assert monotonic() - begun < DEADLINE
    assert "3 records were not sent, and are lost" in capsys.readouterr().err
    assert handler.counters.refused == 2


def test_nobody_there(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody listens, the program does not see it, and standard error does."""
    handler = make(endpoint="http://127.0.0.1:9/v1/logs")
    log(3)
    end = monotonic() + DEADLINE
    said = ""
    while "not delivered: no answer" not in said:
        assert monotonic() < end
        handler.settle(0.1)
        said += capsys.readouterr().err
