"""What a handler of log records does that makes records of them."""

import logging
from abc import abstractmethod

from telemetry_events.alarm import Alarm
from telemetry_events.encoder import type_name_of
from telemetry_events.errors import EncodeError
from telemetry_events.handlers.call import CALL, Call, call_of, event_of, text_of
from telemetry_events.message import TelemetryEvent
from telemetry_events.record import Circumstances, Parts, Recorder
from telemetry_events.stack import exception_kind

__all__ = ["RecordHandler"]


class RecordHandler(logging.Handler):
    """Makes a record of each log record, for `append` to take. Never raises, unless it is strict."""

    def __init__(self, recorder: Recorder, is_strict: bool) -> None:
        super().__init__()
        self.recorder = recorder
        self.is_strict = is_strict
        self._alarm = Alarm()

    @abstractmethod
    def append(self, parts: Parts) -> object:
        """Take a record as the next of its emitter."""

    @abstractmethod
    def settle(self, timeout: float) -> bool:
        """Have what was taken where it belongs, within so many seconds. Returns whether all of it is."""

    def handle(self, record: logging.LogRecord) -> bool:
        """Filter and emit, without the lock that logging's handlers take: what takes records has its own."""
        # From Python 3.12, a filter may give another record.
        found: bool | logging.LogRecord = self.filter(record)
        if found:
            self.emit(found if isinstance(found, logging.LogRecord) else record)
        return bool(found)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a log record: its event, or its message as a plain text."""
        call = getattr(record, CALL, None)
        if not isinstance(call, Call):
            call = call_of(record)
        event, then = event_of(record, call), call.circumstances
        try:
            if event is not None:
                parts = self.recorder.event_of(event, record.levelno, then)
            else:
                parts = self.recorder.text(text_of(record, call), record.levelno, then)
            self.append(parts)
        except Exception as error:
            self.replace(event, error, record.levelno, then)

    def replace(
        self, event: TelemetryEvent | None, error: Exception, level: int, then: Circumstances
    ) -> None:
        """Write the record that stands for what could not be recorded.

        Where that fails too, the alarm has said it.
        Raises the error instead, if that is one of encoding and the handler is strict.
        """
        if self.is_strict and event is not None and isinstance(error, EncodeError):
            raise error
        try:
            what = "a log record" if event is None else type_name_of(event)
            fault = (
                f"{error.field}: {error.kind}" if isinstance(error, EncodeError) else exception_kind(error)
            )
            self._alarm(f"{what} could not be recorded: {fault}")
            self.append(self.recorder.invalid(event, error, level, then))
        except Exception:  # noqa: S110 (late in the interpreter's end, all but builtins may be gone)
            pass
