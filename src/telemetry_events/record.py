"""An event as the line that stands for it in the journal: docs/record.md, sections 1 to 7.

A line is joined from bytes that were printed before: what its emitter, its event's type and its level
give is printed once, so that a call prints its event, its time and its number, and nothing else.
"""

import secrets
import sys
from base64 import b32encode
from dataclasses import dataclass
from sys import modules
from time import time_ns
from typing import Self, cast

import betterproto2
from orjson import OPT_APPEND_NEWLINE

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.context import EMPTY, Context, current_context
from telemetry_events.encoder import OPTIONS, canonical_json, dumps, type_name_of
from telemetry_events.errors import EncodeError
from telemetry_events.fields import enum_text
from telemetry_events.limit import LINE_LIMIT, Shortened, TooLongError, shortened
from telemetry_events.message import TelemetryEvent
from telemetry_events.redaction import RedactionKey
from telemetry_events.stack import exception_kind, stack_frames
from telemetry_events.trace import DATADOG, OPENTELEMETRY, active_trace
from telemetry_events.v1 import (
    TelemetryEnvelope,
    TelemetryErrorKind,
    TelemetryException,
    TelemetryInvalidEvent,
    TelemetryStatus,
    TelemetryTrace,
)

__all__ = ["Circumstances", "Parts", "Recorder", "Source", "exception_of", "told"]

# A line but for its number, which goes into the second place.
Parts = list[bytes]

# No number has more digits: a line is too long, or is not, whatever its number.
_DIGITS = 16
# An envelope has far less than the rest, unless it holds a plain message.
_CLEARLY_SHORT = 400_000
_OPTIONS = OPTIONS | OPT_APPEND_NEWLINE


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where records come from, as their envelopes say it."""

    service: str
    hostname: str
    ddsource: str
    ddtags: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What held when a record was made: its time, its context, its trace, and the exception, if any."""

    ms: int
    context: Context
    trace: TelemetryTrace | None
    error: TelemetryException | None = None

    @classmethod
    def here(cls, exception: BaseException | None = None) -> Self:
        """Return what holds now, and here."""
        return cls(now_ms(), current_context.get(), active_trace(), told(exception))


def exception_of(exc_info: object) -> BaseException | None:
    """Return the exception that an `exc_info` stands for, as logging takes it."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if not isinstance(exc_info, tuple):
        return sys.exc_info()[1] if exc_info else None
    given = cast("tuple[object, ...]", exc_info)
    return next((each for each in given if isinstance(each, BaseException)), None)


def told(exception: BaseException | None) -> TelemetryException | None:
    """Return what a record tells of an exception, which is not what the exception says."""
    if exception is None:
        return None
    try:
        frames = stack_frames(exception)
    except Exception:  # a traceback can be made of anything
        frames = ""
    return TelemetryException(exception_kind(exception), frames)


class Recorder:
    """Makes the lines of one emitter: of this process, until it forks."""

    def __init__(self, source: Source, key: RedactionKey | None) -> None:
        self._source = source
        self.service = source.service
        self._key = key
        self._stamp = (0, b"")
        self.renew()

    def renew(self) -> None:
        """Become another emitter, as a process must that was forked."""
        # 80 bits are 16 characters of base32, without padding (RFC 4648).
        self.emitter = b32encode(secrets.token_bytes(10)).decode().lower()
        self._printed: dict[int, dict[type, tuple[bytes, bytes]]] = {}

    def event(self, event: TelemetryEvent, level: int) -> Parts:
        """Return the line of an event logged here and now, at a level of the standard library's numbers.

        Raises `EncodeError` for an event that cannot be recorded.
        """
        kind = type(event)
        context = current_context.get()
        fields = b"," if context is EMPTY else context.printed(kind)
        try:
            json = dumps(event._members(self._key), None, _OPTIONS)
        except Exception:  # canonical_json says what is wrong, or mends it
            json = canonical_json(event, self._key) + b"\n"
        ms = time_ns() // 1_000_000
        if len(json) > _CLEARLY_SHORT or len(fields) > _CLEARLY_SHORT:
            return self.event_of(event, level, Circumstances(ms, context, active_trace()))
        try:
            head, middle = self._printed[level][kind]
        except KeyError:
            head, middle = self._print(kind, level)
        if (OPENTELEMETRY in modules or DATADOG in modules) and (trace := active_trace()):
            head = b'{"dd":%b,%b' % (canonical_json(trace), head[1:])
        stamp = self._stamp
        if stamp[0] != ms:
            stamp = self._stamp = ms, b'%b"' % rfc3339(ms).encode()
        return [head, b"", middle, stamp[1], fields, json[1:]]

    def event_of(self, event: TelemetryEvent, level: int, then: Circumstances) -> Parts:
        """Return the line of an event that was logged under other circumstances than those that hold now."""
        json = canonical_json(event, self._key)
        name = enum_text(type(event)._name)
        parts = self._join(name, level, then, then.context.printed(type(event)), json)
        if _length(parts) > LINE_LIMIT:
            fields = then.context.shortened().printed(type(event))
            parts = self._join(name, level, then, fields, canonical_json(Shortened(event), self._key))
        if _length(parts) > LINE_LIMIT:
            error = TooLongError("", "the line is too long")
            error.event = type_name_of(event)
            raise error
        return parts

    def text(self, message: str, level: int, then: Circumstances) -> Parts:
        """Return the line of a plain message, which has no event."""
        parts = self._join(message, level, then, then.context.printed(None))
        if _length(parts) > LINE_LIMIT:
            fields = then.context.shortened().printed(None)
            parts = self._join(str(shortened(message)), level, then, fields)
        return parts

    def invalid(self, what: object, error: Exception, level: int, then: Circumstances) -> Parts:
        """Return the line that stands for what could not be recorded (7.1)."""
        # Of what is only like an event, such as a mock of one, the type has no name.
        bound: object = getattr(type(what), "_name", None)
        name = enum_text(bound) if isinstance(bound, betterproto2.Enum) else ""
        if isinstance(error, EncodeError):
            event = TelemetryInvalidEvent(name, error.field, TelemetryErrorKind[error.kind.upper()])
        else:
            event = TelemetryInvalidEvent(name, "", TelemetryErrorKind.UNSPECIFIED)
        return self.event_of(event, level, then)

    def _join(
        self, message: str, level: int, then: Circumstances, fields: bytes, json: bytes = b"{}"
    ) -> Parts:
        head, middle = self._envelope(message, level, then.trace, then.error)
        if json == b"{}":
            fields = fields[:-1]
        return [head, b"", middle, b'%b"' % rfc3339(then.ms).encode(), fields, json[1:], b"\n"]

    def _print(self, kind: type[TelemetryEvent], level: int) -> tuple[bytes, bytes]:
        parts = self._envelope(enum_text(kind._name), level, None, None)
        self._printed.setdefault(level, {})[kind] = parts
        return parts

    def _envelope(
        self, message: str, level: int, trace: TelemetryTrace | None, error: TelemetryException | None
    ) -> tuple[bytes, bytes]:
        """Print an envelope, and cut it where its number is to stand and where its time is."""
        source = self._source
        envelope = TelemetryEnvelope(
            ddsource=source.ddsource,
            ddtags=source.ddtags,
            emitter=self.emitter,
            hostname=source.hostname,
            message=message,
            seq=0,
            service=source.service,
            status=_status(level),
            timestamp="",
            error=error,
            dd=trace,
        )
        # No string holds these bytes: it would have a backslash before each quote.
        head, rest = canonical_json(envelope).split(b',"seq":0,', 1)
        return head + b',"seq":', b"," + rest.removesuffix(b'"}')


def _status(level: int) -> TelemetryStatus:
    """Return the status of a level: that of the nearest of the five below it (2.1)."""
    if level >= 40:
        return TelemetryStatus.CRITICAL if level >= 50 else TelemetryStatus.ERROR
    if level >= 20:
        return TelemetryStatus.WARN if level >= 30 else TelemetryStatus.INFO
    return TelemetryStatus.DEBUG


def _length(parts: Parts) -> int:
    return sum(map(len, parts)) + _DIGITS
