"""The check `bad-envelope`: what the envelope's members hold in every record (docs/record.md, 2 to 5)."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from telemetry_events.validation.fault import FINE, Fault, Faults
from telemetry_events.validation.value import ValueCheck

__all__ = ["ENVELOPE_VALUES", "STATUSES", "envelope_value"]

STATUSES = ("debug", "info", "warn", "error", "critical")
TAG_LIMIT = 100

_time = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
).fullmatch
_emitter = re.compile("[a-z2-7]{16}").fullmatch
_tags = re.compile(r"(?:[a-z0-9_:./-]{1,200}(?:,[a-z0-9_:./-]{1,200})*)?").fullmatch
_trace = re.compile("[1-9][0-9]{0,19}|[0-9a-f]{32}").fullmatch
_span = re.compile("[1-9][0-9]{0,19}").fullmatch


def timestamp(value: str) -> str | None:
    """Check that a time is RFC 3339 in UTC, with milliseconds and `Z`."""
    if _time(value) and _is_date(value[:10]):
        return None
    return "is not RFC 3339 in UTC with milliseconds and `Z`"


def status(value: str) -> str | None:
    """Check that a status is one of the five: the zero value is none."""
    return None if value in STATUSES else f"is none of {', '.join(STATUSES)}"


def emitter(value: str) -> str | None:
    """Check that an emitter is 80 bits in base32."""
    return None if _emitter(value) else "is not 16 characters of base32 in lower case"


def seq(value: int) -> str | None:
    """Check that a number counts from 1."""
    return None if value >= 1 else "is less than 1"


@lru_cache(maxsize=256)
def ddtags(value: str) -> str | None:
    """Check that tags are joined by commas, and hold no other characters than they may."""
    if not _tags(value):
        return "holds a tag that is empty, too long, or of other characters than a-z0-9_:./-"
    return None if value.count(",") < TAG_LIMIT else f"holds more than {TAG_LIMIT} tags"


def dd(value: dict[str, str]) -> str | None:
    """Check that a trace is decimal, or 128 bits of hexadecimal digits, and that its span is decimal."""
    if not _trace(value["trace_id"]):
        return "holds a `trace_id` that is neither decimal nor 32 digits of lower-case hexadecimal"
    return None if _span(value["span_id"]) else "holds a `span_id` that is not decimal"


# By the member that each checks, where it is of its type.
ENVELOPE_VALUES: dict[str, Callable[[Any], str | None]] = {
    "timestamp": timestamp,
    "status": status,
    "emitter": emitter,
    "seq": seq,
    "ddtags": ddtags,
    "dd": dd,
}


def envelope_value(of_type: ValueCheck, problem_of: Callable[[Any], str | None] | None) -> ValueCheck:
    """Return the check of a member of the envelope, by that of its type and that of what it holds."""
    if problem_of is None:
        return of_type

    def check(value: object) -> Faults:
        if faults := of_type(value):
            return faults
        problem = problem_of(value)
        return FINE if problem is None else (Fault("bad-envelope", "", problem),)

    return check


@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
