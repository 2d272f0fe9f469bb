"""An event goes past logging's own record, as it does to a journal, and arrives the same."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from otlp.conftest import Make
from otlp.receiver import Arrived, Receiver

from telemetry_events import BatchProgressEvent, telemetry_logger
from telemetry_events.otlp import OTLPHandler

EVENT = BatchProgressEvent("ResultsOnly", batch_number=3)
DEADLINE = 20


def log(handler: OTLPHandler, receiver: Receiver) -> list[Arrived]:
    """Log an event at some levels, and with an exception; return what arrives, but for what differs."""
    before = len(receiver.records)
    for level in ("info", "warning", "error", "critical"):
        getattr(telemetry_logger, level)(EVENT)
    try:
        raise KeyError
    except KeyError:
        telemetry_logger.exception(EVENT)
    assert handler.settle(DEADLINE)
    members = ("emitter", "seq", "exception.stacktrace")
    return [
        replace(
            each,
            resource={},
            time_ns=0,
            attributes={name: value for name, value in each.attributes.items() if name not in members},
        )
        for each in receiver.records[before:]
    ]


def forbidden(*_: Any, **__: Any) -> Any:
    """Stand in for what makes logging's own records."""
    raise AssertionError


@pytest.mark.parametrize("others", [[], [logging.NullHandler()]], ids=["alone", "beside the first"])
def test_an_event_takes_the_direct_way(
    others: list[Any], make: Make, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No record of logging's is made, also beside the handler that a logger has from the beginning."""
    handler = make()
    telemetry_logger.handlers = [*others, handler]
    telemetry_logger.addFilter(keep := lambda _: True)
    expected = log(handler, receiver)
    telemetry_logger.removeFilter(keep)
    monkeypatch.setattr(type(telemetry_logger), "makeRecord", forbidden)

    assert log(handler, receiver) == expected
    assert len(expected) == 5


def test_a_class_of_ones_own_takes_the_other_way(make: Make, receiver: Receiver) -> None:
    """What somebody has derived sees every record of logging's."""
    seen: list[str] = []

    class Mine(OTLPHandler):
        def emit(self, record: Any) -> None:
            seen.append(record.levelname)
            super().emit(record)

    make().close()
    telemetry_logger.handlers = [handler := Mine(service="s", endpoint=f"{receiver.url}/v1/logs")]
    assert len(log(handler, receiver)) == 5
    handler.close()
    assert seen == ["INFO", "WARNING", "ERROR", "CRITICAL", "ERROR"]
