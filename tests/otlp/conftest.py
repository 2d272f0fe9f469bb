"""What the tests of OTLP share: a receiver, and a handler that sends to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from otlp.receiver import Receiver, receiving
from record.journals import restored

from telemetry_events import telemetry_logger
from telemetry_events.delivery import Pace
from telemetry_events.otlp import OTLPHandler

# Soon again, whatever has happened.
PACE = Pace(linger=0.05, first=0.02, longest=0.05, hold=0.05)
Make = Callable[..., OTLPHandler]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def make(receiver: Receiver) -> Iterator[Make]:
    """What makes a handler that sends to the receiver, as the logger's only one."""
    with ExitStack() as stack:
        stack.enter_context(restored())

        def make(**options: Any) -> OTLPHandler:
            given = {"service": "worker", "hostname": "pod-7", "timeout": 0.5, "pace": PACE}
            handler = OTLPHandler(**{**given, "endpoint": f"{receiver.url}/v1/logs", **options})
            stack.callback(handler.close)
            telemetry_logger.handlers = [handler]
            return handler

        yield make
