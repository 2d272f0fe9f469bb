"""One of each: events, levels, contexts, traces, exceptions, texts; and what a log record was made of."""

from typing import Any

from opentelemetry import trace
from otlp.receiver import Arrived
from test_events import EVENTS, sample

from telemetry_events import BatchProgressEvent, EHRQueryCompleteEvent, telemetry_context, telemetry_logger
from telemetry_events.clock import rfc3339

__all__ = ["log_everything", "record_of"]

NUMBERS = {"debug": 5, "info": 9, "warn": 13, "error": 17, "critical": 21}
ODD = 'ä€😀\n\r\t"\\\u2028\x00\x7f </script> \ud800'
# The greatest and the least, and such as have no 63 bits or begin with zeros.
TRACES = [(1, 1), (2**64 - 1, 2**64 - 1), (2**64, 2**63), (2**128 - 1, 10**10), (10**19 + 5, 10**10 - 1)]


def log_everything() -> None:
    """Log one of each. What is a secret has `DOE` in it."""
    telemetry_logger.setLevel(1)
    for kind in EVENTS:
        telemetry_logger.info(sample(kind))
    for level in (5, 10, 20, 30, 40, 50, 35):
        telemetry_logger.log(level, BatchProgressEvent(ODD, batch_number=2**31 - 1))
    with telemetry_context(task_id=ODD, username="dr.jones", dataset_name=""):
        telemetry_logger.info(EHRQueryCompleteEvent(2**53 - 1, 0, ODD))
        telemetry_logger.info("text %s", ODD)
        telemetry_logger.info("")
    for numbers in TRACES:
        context = trace.SpanContext(*numbers, is_remote=False)
        with trace.use_span(trace.NonRecordingSpan(context)):
            telemetry_logger.info(BatchProgressEvent("traced", batch_number=1))
    try:
        raise ValueError("DOE^JANE")
    except ValueError:
        telemetry_logger.exception(BatchProgressEvent("raised", batch_number=1))
        telemetry_logger.exception("a text")
    telemetry_logger.info(BatchProgressEvent("invalid", batch_number=2**40))


def record_of(arrived: Arrived) -> dict[str, Any]:
    """Return the record that a log record was made of: the table of docs/opentelemetry.md, backwards."""
    record = dict(arrived.attributes)
    assert arrived.event_name == record.get("event", "")
    assert arrived.severity_number == NUMBERS[arrived.severity_text]
    tags = dict(tag.partition(":")[::2] for tag in record["ddtags"].split(","))
    assert arrived.resource.get("deployment.environment.name") == tags.get("env")
    assert arrived.resource.get("service.version") == tags.get("version")
    record |= {
        "hostname": arrived.resource["host.name"],
        "message": arrived.body,
        "service": arrived.resource["service.name"],
        "status": arrived.severity_text,
        "timestamp": rfc3339(arrived.time_ns // 1_000_000),
    }
    if "exception.type" in record:
        record["error"] = {"kind": record.pop("exception.type"), "stack": record.pop("exception.stacktrace")}
    if arrived.trace_id:
        number = int(arrived.trace_id, 16)
        record["dd"] = {
            "trace_id": str(number) if number < 2**64 else arrived.trace_id,
            "span_id": str(int(arrived.span_id, 16)),
        }
    return record
