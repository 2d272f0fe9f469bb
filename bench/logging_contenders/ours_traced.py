"""This library in a program that traces: each record names the span that is active."""

from pathlib import Path

from opentelemetry import context, trace

from logging_contenders import Contender, ours


def contender(folder: Path) -> Contender:
    """Return the calls of a program within one span."""
    span = trace.SpanContext(0x80F198EE56343BA864FE8B2A57D3EFF7, 0xE457B5A2E4D86BD1, is_remote=False)
    context.attach(trace.set_span_in_context(trace.NonRecordingSpan(span)))
    return ours.contender(folder)
