"""Reads what `--since` says: a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

__all__ = ["read_since"]

_duration = re.compile("([0-9]{1,9})([smhdw])").fullmatch
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_since(text: str, now: datetime) -> datetime:
    """Return the moment that a text such as `15m` or `2026-11-23T10:00:00Z` means.

    Raises `ValueError` for any other text, with what is wrong with it.
    """
    if match := _duration(text):
        try:
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("neither a duration such as 15m, 2h or 1d, nor a time as RFC 3339 has it") from None
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone: Z, or an offset such as +01:00")
    return moment
