"""The time of a record: whole milliseconds of Unix time, and as RFC 3339 in UTC prints them."""

from datetime import UTC, datetime
from functools import lru_cache
from time import time_ns

__all__ = ["now_ms", "rfc3339"]


def now_ms() -> int:
    """Return the milliseconds since 1970 that have passed."""
    return time_ns() // 1_000_000


def rfc3339(ms: int) -> str:
    """Return a time such as `2026-11-23T10:00:00.123Z`, for milliseconds since 1970."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
