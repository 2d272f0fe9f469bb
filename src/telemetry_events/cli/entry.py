"""A line as `tail` sees it: what it holds, when it was made, and whether it is wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, cast

import orjson

from telemetry_events.validation.envelope import STATUSES

__all__ = ["Entry", "Filter", "entries", "read_entry", "rfc3339"]


class Entry(NamedTuple):
    """A line without its line feed, the members of its object, and its time as RFC 3339 in UTC.

    `members` is nothing where the line is no JSON object. A line without a time has that of the line
    before it in its stream, so that it stays behind it where streams are merged.
    """

    raw: bytes
    members: dict[str, object] | None
    time: str


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted: of these events, this severe or more, made at this time or later."""

    events: frozenset[str] = field(default=frozenset())
    status: str = ""
    since: str = ""

    def __bool__(self) -> bool:
        return bool(self.events or self.status or self.since)

    def wants(self, entry: Entry) -> bool:
        """Return whether an entry is wanted. What is no record is not, unless everything is."""
        if not self:
            return True
        members = entry.members
        if members is None:
            return False
        event, status = members.get("event"), members.get("status")
        return (
            (not self.events or (isinstance(event, str) and event in self.events))
            and (not self.status or _severity(status) >= _severity(self.status))
            and (not self.since or ("timestamp" in members and entry.time >= self.since))
        )


def read_entry(raw: bytes, time: str = "") -> Entry:
    """Return a line with what it holds; `time` is for one that has none of its own."""
    try:
        members = orjson.loads(raw)
    except orjson.JSONDecodeError:
        members = None
    if type(members) is not dict:
        return Entry(raw, None, time)
    members = cast("dict[str, object]", members)
    return Entry(raw, members, _time(members.get("timestamp")) or time)


def entries(lines: Iterable[bytes], time: str = "") -> Iterator[Entry]:
    """Yield each line of a stream with what it holds."""
    for raw in lines:
        entry = read_entry(raw, time)
        time = entry.time
        yield entry


def rfc3339(moment: datetime) -> str:
    """Return a moment as records have theirs: in UTC, with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def _time(timestamp: object) -> str:
    """Return a record's time in the form in which times can be compared as text."""
    if not isinstance(timestamp, str):
        return ""
    if len(timestamp) == 24 and timestamp[-1] == "Z" and timestamp[19] == ".":
        return timestamp
    try:  # another source's form
        return rfc3339(datetime.fromisoformat(timestamp))
    except (ValueError, OverflowError):
        return ""


def _severity(status: object) -> int:
    """Return a status's place among the five; below all of them for what is none."""
    return STATUSES.index(status) if isinstance(status, str) and status in STATUSES else -1
