"""What was logged, and what held at the time, also where a queue has been on the way."""

import logging
import re
from contextlib import suppress
from dataclasses import dataclass

from telemetry_events.clock import now_ms
from telemetry_events.context import current_context
from telemetry_events.message import TelemetryEvent
from telemetry_events.record import Circumstances, exception_of, told
from telemetry_events.trace import active_trace

__all__ = ["CALL", "Call", "call_of", "event_of", "text_of"]

# The attribute of a log record that holds the call it was made by. It goes through queues and pickles,
# where the record's own message becomes a text.
CALL = "telemetry_events_call"
# How Python begins to tell of an exception, or of a group of them.
_TRACEBACK = re.compile(r"\n[ +|]*(?:Exception Group )?Traceback \(most recent call last\):")


@dataclass(frozen=True, slots=True)
class Call:
    """What was logged, and what held at the time."""

    event: TelemetryEvent | None
    circumstances: Circumstances
    # The message of a call that has an exception, and no event.
    text: str | None = None


def call_of(record: logging.LogRecord) -> Call:
    """Return the call that has made a log record, in the circumstances that hold here. Never raises."""
    exception = exception_of(record.exc_info)
    try:
        # Microseconds first: a float of seconds that should be a whole millisecond may lie just below it.
        ms = round(record.created * 1e6) // 1000
    except (TypeError, ValueError, OverflowError):
        ms = now_ms()
    text = None
    if exception is not None and not isinstance(record.msg, TelemetryEvent):
        with suppress(Exception):
            text = record.getMessage()
    return Call(
        record.msg if isinstance(record.msg, TelemetryEvent) else None,
        Circumstances(ms, current_context.get(), active_trace(), told(exception)),
        text,
    )


def event_of(record: logging.LogRecord, call: Call) -> TelemetryEvent | None:
    """Return the event of a record: its own, or the one that a queue has made a text of."""
    if isinstance(record.msg, TelemetryEvent):
        return record.msg
    made_a_text = call.event is not None and isinstance(record.msg, str) and repr(call.event) in record.msg
    return call.event if made_a_text else None


def text_of(record: logging.LogRecord, call: Call) -> str:
    """Return the message of a record, without what a queue adds to it: the exception, with all that says."""
    text = _TRACEBACK.split(record.getMessage(), 1)[0]
    # Whether another logger's record had an exception, which a queue has put behind its text, nobody can say.
    is_unknown = (
        not hasattr(record, CALL) and record.args is None and vars(record).get("message") is record.msg
    )
    if (call.circumstances.error is None or record.exc_info is not None) and not is_unknown:
        return text
    return call.text if call.text is not None and text.startswith(call.text) else text.partition("\n")[0]
