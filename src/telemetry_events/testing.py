"""What tests of a program need: to see the events that it emits, and to fail over one that is wrong."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from copy import copy
from typing import TypeVar

from telemetry_events.encoder import canonical_json
from telemetry_events.handlers import CALL
from telemetry_events.logger import telemetry_logger
from telemetry_events.message import TelemetryEvent

__all__ = ["Captured", "capture_events"]

E = TypeVar("E", bound=TelemetryEvent)

# The types of all events that were captured in this process.
captured_types: set[type[TelemetryEvent]] = set()


class Captured:
    """The events that were emitted, in their order."""

    def __init__(self) -> None:
        self.events: list[TelemetryEvent] = []

    def of(self, kind: type[E]) -> list[E]:
        """Return those of one type."""
        return [event for event in self.events if isinstance(event, kind)]

    def clear(self) -> None:
        """Forget what was captured so far."""
        self.events.clear()

    def __repr__(self) -> str:
        """Return the events as they show, redacted, one a line."""
        return "\n".join(["Captured:", *(f"  {event!r}" for event in self.events)])


class _CaptureHandler(logging.Handler):
    def __init__(self, captured: Captured, strict: bool) -> None:
        super().__init__()
        self._captured = captured
        self._strict = strict

    def handle(self, record: logging.LogRecord) -> bool:
        call = getattr(record, CALL, None)
        event = call.event if call else record.msg
        if isinstance(event, TelemetryEvent):
            if self._strict:
                canonical_json(event)
            self._captured.events.append(event)
            captured_types.add(type(event))
        return True


@contextmanager
def capture_events(*, strict: bool = True) -> Generator[Captured]:
    """Capture all events that are emitted within a `with` block, in any thread and at any level.

    Nothing else handles them.

    Under `strict` the call that emits an event which cannot be encoded raises its `EncodeError`. Texts are
    not captured. No set-up is needed before, and what was set up is in place again behind the block.
    """
    captured = Captured()
    logger = telemetry_logger
    before = logger.handlers, logger.filters, logger.level, logger.disabled, logger.propagate, logger.manager
    logger.handlers, logger.filters = [_CaptureHandler(captured, strict)], []
    logger.disabled = logger.propagate = False
    # What logging.disable has set is kept there.
    logger.manager = copy(logger.manager)
    logger.manager.disable = logging.NOTSET
    logger.setLevel(1)
    try:
        yield captured
    finally:
        logger.handlers, logger.filters, level, logger.disabled, logger.propagate, logger.manager = before
        logger.setLevel(level)
