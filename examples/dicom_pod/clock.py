"""The time as events carry it."""

from datetime import UTC, datetime

__all__ = ["now"]


def now() -> str:
    """Return the time in RFC 3339, in UTC and with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
