"""What the handler counts, and how much of it may wait."""

import pytest
from otlp.conftest import Make
from otlp.receiver import Receiver
from otlp.test_delivery import DEADLINE, log

from telemetry_events import telemetry_logger
from telemetry_events.delivery import Counters
from telemetry_events.otlp.buffer import CAPACITY_BYTES


def test_the_counters_say_what_was_done(make: Make, receiver: Receiver) -> None:
    """Requests, what was to be sent again and why, and what was delivered and when, are counted."""
    receiver.answer = lambda _: 401
    handler = make()
    log(3)
    with receiver.changed:
        assert receiver.changed.wait_for(lambda: receiver.requests > 1, DEADLINE)
    handler.settle(0.1)
    waiting = handler.counters
    receiver.answer = lambda _: 200
    assert handler.settle(DEADLINE)
    found = handler.counters

    assert (waiting.accepted, waiting.delivered, waiting.state) == (3, 0, "waiting: 401")
    assert waiting.retried >= 3
    retried = 3 * (receiver.requests - 1)
    assert found == Counters(
        accepted=3,
        delivered=3,
        retried=retried,
        requests=receiver.requests,
        delivered_at=found.delivered_at,
    )
    assert found.delivered_at


def test_no_more_than_64_mebibytes_wait(
    make: Make, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Long records are refused when those that wait have 64 MiB, and taken when they were sent."""
    receiver.answer = lambda _: 401
    handler = make()
    text = "x" * 890_000
    most = CAPACITY_BYTES // len(text)
    for _ in range(most + 10):
        telemetry_logger.info(text)
    assert most <= handler.counters.accepted <= most + 1
    assert handler.counters.refused == most + 10 - handler.counters.accepted
    receiver.answer = lambda _: 200
    handler.settle(DEADLINE)
    log(1)
    assert handler.settle(DEADLINE)

    assert receiver.records[-1].event_name == "batch_progress"
    assert "too many wait to be sent" in capsys.readouterr().err
