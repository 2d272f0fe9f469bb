"""Records as they come out of Datadog, by its API or from an archive, taken out of what it puts around them.

Datadog takes a log's reserved attributes, to which most of an envelope belongs, out of the log, and keeps
the rest as attributes. There are two forms of one log:

- the API's, version 2, https://docs.datadoghq.com/api/latest/logs/#search-logs:
  `{"id":…,"type":"log","attributes":{"attributes":{…},"host":…,"message":…,"service":…,"status":…,"tags":[…],"timestamp":…}}`
- that of an archive, https://docs.datadoghq.com/logs/log_configuration/archives/#format-of-the-archives:
  `{"_id":…,"date":…,"host":…,"service":…,"source":…,"status":…,"message":…,"tags":[…],"attributes":{…}}`

What Datadog changes is accepted: times of any precision and zone, tags that it added, statuses by the
names of https://docs.datadoghq.com/logs/log_configuration/processors/log_status_remapper/, and whole
numbers that became doubles, as `3.0`. Whether it had the source is not to be seen in the API's form.
"""

import re
from collections.abc import Callable
from typing import Any, cast

from telemetry_events.validation.envelope import ENVELOPE_VALUES

__all__ = ["DATADOG_VALUES", "unwrapped"]

# What the names of Datadog's reserved attributes are in a record.
_RENAMED = {
    "date": "timestamp",
    "host": "hostname",
    "message": "message",
    "service": "service",
    "source": "ddsource",
    "status": "status",
    "tags": "ddtags",
    "timestamp": "timestamp",
}
_STATUSES = frozenset(
    {"emerg", "emergency", "alert", "critical", "error", "warn", "warning", "notice", "info", "debug", "ok"}
)
_time = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
).fullmatch


def unwrapped(members: dict[str, object]) -> dict[str, object] | None:
    """Return the record that an object of Datadog's holds; nothing for any other object."""
    if members.get("type") == "log" and "id" in members:
        outer = members.get("attributes")
    elif "_id" in members and "date" in members:
        outer = members
    else:
        return None
    if type(outer) is not dict:
        return None
    outer = cast("dict[str, object]", outer)
    inner = outer.get("attributes", {})
    record = dict(cast("dict[str, object]", inner)) if type(inner) is dict else {}
    # Datadog's own come last: it may leave in the attributes what it made them of.
    record |= {_RENAMED[name]: value for name, value in outer.items() if name in _RENAMED}
    tags = record.get("ddtags")
    if type(tags) is list and all(type(tag) is str for tag in cast("list[object]", tags)):
        record["ddtags"] = ",".join(cast("list[str]", tags))
    return record


def timestamp(value: str) -> str | None:
    """Check that a time is RFC 3339."""
    return None if _time(value) else "is not RFC 3339"


def status(value: str) -> str | None:
    """Check that a status is one of Datadog's, in any case."""
    return None if value.lower() in _STATUSES else "is no status of Datadog's"


# What an envelope's members hold when they come from Datadog.
DATADOG_VALUES: dict[str, Callable[[Any], str | None]] = {
    "timestamp": timestamp,
    "status": status,
    "emitter": ENVELOPE_VALUES["emitter"],
    "seq": ENVELOPE_VALUES["seq"],
}
