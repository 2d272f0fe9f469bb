"""A record's line as a log record of OpenTelemetry: the table of docs/opentelemetry.md."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan, SpanContext, set_span_in_context

from telemetry_events.record import Source

__all__ = ["log_record_of", "resource_of"]

_SEVERITIES = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warn": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
    "critical": SeverityNumber.FATAL,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# What of the tags belongs to the resource, too.
_LABELS = {"env": "deployment.environment.name", "version": "service.version"}


def resource_of(source: Source) -> Resource:
    """Return what the records come from. The environment's OTEL_RESOURCE_ATTRIBUTES are part of it."""
    tags = [tag.partition(":") for tag in source.ddtags.split(",")]
    labels = {_LABELS[label]: value for label, _, value in reversed(tags) if label in _LABELS}
    return Resource.create({"service.name": source.service, "host.name": source.hostname, **labels})


def log_record_of(line: bytes) -> LogRecord:
    """Return a line, as a journal would have it, as a log record."""
    members: dict[str, Any] = orjson.loads(line)
    status: str = members.pop("status")
    time = datetime.fromisoformat(members.pop("timestamp"))
    error = members.pop("error", None)
    if error is not None:
        members |= {"exception.type": error["kind"], "exception.stacktrace": error["stack"]}
    span = NonRecordingSpan(_span_context(members.pop("dd", None)))
    # These two are the resource's.
    del members["service"], members["hostname"]
    return LogRecord(
        timestamp=(time - _EPOCH) // _MILLISECOND * 1_000_000,
        context=set_span_in_context(span, Context()),
        severity_text=status,
        severity_number=_SEVERITIES[status],
        body=members.pop("message"),
        attributes=members,
        event_name=members.get("event"),
    )


def _span_context(trace: dict[str, str] | None) -> SpanContext:
    if trace is None:
        return INVALID_SPAN_CONTEXT
    text = trace["trace_id"]
    number = int(text, 16) if len(text) == 32 else int(text)
    return SpanContext(number, int(trace["span_id"]), is_remote=False)
