"""The trace that is active where a record is made: docs/record.md, section 4."""

from collections.abc import Callable
from sys import modules
from typing import Any

from telemetry_events.v1 import TelemetryTrace

__all__ = ["DATADOG", "OPENTELEMETRY", "active_trace"]

# What a program has imported if it traces.
DATADOG = "ddtrace.trace"
OPENTELEMETRY = "opentelemetry.trace"


def active_trace() -> TelemetryTrace | None:
    """Return the active trace of ddtrace or of OpenTelemetry, if the program uses one of them.

    Neither is imported: where a program has not, there is no trace. Whatever they do wrong is no trace.
    """
    return _safely(_datadog) or _safely(_opentelemetry)


def _safely(find: Callable[[], TelemetryTrace | None]) -> TelemetryTrace | None:
    try:
        return find()
    except Exception:
        return None


def _datadog() -> TelemetryTrace | None:
    module: Any = modules.get(DATADOG)
    context = module and module.tracer.current_trace_context()
    return _trace(context.trace_id, context.span_id) if context else None


def _opentelemetry() -> TelemetryTrace | None:
    module: Any = modules.get(OPENTELEMETRY)
    context = module and module.get_current_span().get_span_context()
    return _trace(context.trace_id, context.span_id) if context else None


def _trace(trace: int | None, span: int | None) -> TelemetryTrace | None:
    if not trace or not span:
        return None
    return TelemetryTrace(trace_id=str(trace) if trace < 1 << 64 else f"{trace:032x}", span_id=str(span))
