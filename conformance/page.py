"""docs/record.md a second time, for tests only: written from the page, not from the library.

The messages are Google's, and `oracle` prints them.
"""

import json
import re
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import oracle
import rfc8785

__all__ = [
    "CONTEXT",
    "error_of",
    "line",
    "message",
    "recorded",
    "status",
    "tags",
    "timestamp",
    "trace_of",
]

CONTEXT = ["task_id", "run_id", "project_id", "dataset_name", "pod_identifier", "username"]
_PACKAGE = "telemetry_events.v1."
_STATUS = [(50, "critical"), (40, "error"), (30, "warn"), (20, "info")]


def line(
    event: Any = None,
    *,
    key: oracle.Key | None = None,
    context: dict[str, str] | None = None,
    level: int = 20,
    shortened: bool = False,
    **envelope: Any,
) -> bytes:
    """Return the line of an event, per section 1; of a plain message, where there is no event."""
    if event is not None:
        envelope["message"] = _name(event)
    elif shortened:
        envelope["message"] = _cut(envelope["message"])
    first = message("TelemetryEnvelope", **envelope)
    first.status = _number(first, "status", status(level))
    theirs = event.DESCRIPTOR.fields_by_name if event is not None else ()
    second = message("TelemetryContext", **{k: v for k, v in (context or {}).items() if k not in theirs})
    rest = [oracle.canonical(each, key) for each in (second, event) if each is not None]
    if shortened:
        rest = [rfc8785.dumps(_cut(json.loads(each, parse_int=float))) for each in rest]
    groups = [oracle.canonical(first), *rest]
    return b"{" + b",".join(group[1:-1] for group in groups if group != b"{}") + b"}\n"


def recorded(event: Any = None, **known: Any) -> bytes:
    """Return the line that is written: another where that of the event is too long, per section 7."""
    for shortened in (False, True):
        found = line(event, **known, shortened=shortened)
        if _fits(found, known["seq"]):
            return found
    invalid = message("TelemetryInvalidEvent", invalid_event=_name(event))
    invalid.error_kind = _number(invalid, "error_kind", "too_long")
    return recorded(invalid, **known)


def _fits(line: bytes, seq: int) -> bool:
    """Tell whether a line is within 900 000 bytes, whatever its number: that has 16 digits at most."""
    return len(line) - len(str(seq)) + 16 <= 900_000


def _name(event: Any) -> str:
    return oracle.canonical(type(event)()).split(b'"event":"')[1].split(b'"')[0].decode()


def _number(of: Any, field: str, text: str) -> int:
    """Return the number of an enum's value, by its text."""
    values = of.DESCRIPTOR.fields_by_name[field].enum_type.values
    [number] = (value.number for value in values if value.name.endswith(f"_{text.upper()}"))
    return int(number)


def message(name: str, **fields: Any) -> Any:
    """Return a message of the schema, as Google's."""
    return oracle.message_class(_PACKAGE + name)(**fields)


def status(level: int) -> str:
    """Return the status of a level in Python's numbers, per 2.1."""
    return next((name for least, name in _STATUS if level >= least), "debug")


def timestamp(microseconds: int) -> str:
    """Return a time since 1970 as the envelope has it, per section 2."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return f"{at.year:04d}-{at:%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def tags(*pairs: str) -> str:
    """Return tags as the envelope has them, per 3.1 and 3.2."""
    return ",".join(re.sub(r"[^a-z0-9_:./\-]", "_", re.sub("[A-Z]", _lower, pair)) for pair in pairs)


def _lower(letter: re.Match[str]) -> str:
    return chr(ord(letter[0]) + 32)


def trace_of(trace: int, span: int) -> Any:
    """Return what a record tells of a trace, per section 4."""
    if not trace or not span:
        return None
    trace_id = str(trace) if trace < 2**64 else f"{trace:032x}"
    return message("TelemetryTrace", trace_id=trace_id, span_id=str(span))


def error_of(exception: BaseException | None) -> Any:
    """Return what a record tells of an exception whose class and code come from files, per section 6."""
    if exception is None:
        return None
    kind = type(exception)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    stack = "\n".join(
        f'File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        for frame in traceback.extract_tb(exception.__traceback__)
    )
    return message("TelemetryException", kind=f"{module}{kind.__qualname__}", stack=stack)


def _cut(value: Any) -> Any:
    """Return a JSON value as a line that is too long has it, per 7.2."""
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_cut(each) for each in cast("list[object]", value)]
    raw = value.encode() if isinstance(value, str) else b""
    if len(raw) <= 16_384:
        return value
    end = 16_384
    while raw[end] & 0xC0 == 0x80:  # within a code point
        end -= 1
    return f"{raw[:end].decode()}…[cut from {len(raw)} bytes]"
