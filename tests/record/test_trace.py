"""A record tells the active trace of OpenTelemetry or of ddtrace, and the library imports neither."""

import json
from pathlib import Path

import page
import pytest
from record.journals import envelope, reader
from record.program import run

# Logs each event twice within each span: the direct way, and the other. Prints the identifiers.
START = """
    import sys
    from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_context, telemetry_logger

    setup_telemetry(service="worker", hostname="pod-7", directory=sys.argv[1])

    def log(trace, span):
        print(trace, span)
        with telemetry_context(run_id="r"):
            for filters in ([], [lambda _: True]):
                telemetry_logger.filters = filters
                telemetry_logger.error(BatchProgressEvent("p", 1), exc_info=KeyError("DOE^JANE"))
                telemetry_logger.info("text")
"""
OPENTELEMETRY = """
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import IdGenerator

    IDS = [(1, 1), (2**64 - 1, 2**64 - 1), (2**64, 2**63), (2**127 + 5, 7), (2**128 - 1, 1), (10**19, 10**19)]

    class Given(IdGenerator):
        def generate_trace_id(self):
            return self.now[0]

        def generate_span_id(self):
            return self.now[1]

    given = Given()
    trace.set_tracer_provider(TracerProvider(id_generator=given))
    tracer = trace.get_tracer("test")
    log(0, 0)
    for given.now in IDS:
        with tracer.start_as_current_span("span"):
            log(*given.now)
    for ids in [(0, 5), (5, 0), (0, 0)]:
        with trace.use_span(trace.NonRecordingSpan(trace.SpanContext(*ids, is_remote=True))):
            log(*ids)
    log(0, 0)
"""
DDTRACE = """
    from ddtrace.trace import Context, tracer

    tracer.enabled = False  # nothing is to be sent anywhere
    log(0, 0)
    with tracer.trace("outer") as span:
        log(span.trace_id, span.span_id)
        assert span.trace_id >= 2**64
        with tracer.trace("inner") as inner:
            assert inner.trace_id == span.trace_id
            log(inner.trace_id, inner.span_id)
        log(span.trace_id, span.span_id)
    for ids in [(1, 2), (2**64 - 1, 2**64 - 1), (2**64, 3), (2**128 - 1, 3)]:
        tracer.context_provider.activate(Context(trace_id=ids[0], span_id=ids[1]))
        log(*ids)
    tracer.context_provider.activate(None)
    log(0, 0)
"""
BOTH = DDTRACE + OPENTELEMETRY
BROKEN = """
    import types

    for name in ("ddtrace.trace", "opentelemetry.trace"):
        for broken in (None, object(), types.ModuleType(name)):
            sys.modules[name] = broken
            log(0, 0)
        del sys.modules[name]

    class Tracer:
        def __getattr__(self, name):
            raise RuntimeError("DOE^JANE")

    sys.modules["ddtrace.trace"] = Tracer()
    log(0, 0)
"""
BROKEN_BESIDE_ANOTHER = OPENTELEMETRY.replace("IDS = [", "sys.modules['ddtrace.trace'] = None; IDS = [") + (
    "    sys.modules['ddtrace.trace'] = object()\n"
    "    with tracer.start_as_current_span('span'):\n"
    "        log(*given.now)\n"
)


# ddtrace is to send nothing, and to say nothing.
QUIET = {"DD_TRACE_STARTUP_LOGS": "false", "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false"}


@pytest.mark.parametrize(
    "program",
    [OPENTELEMETRY, DDTRACE, BOTH, BROKEN, BROKEN_BESIDE_ANOTHER],
    ids=["opentelemetry", "ddtrace", "both", "broken", "broken beside another"],
)
def test_active_trace(program: str, tmp_path: Path) -> None:
    """Each record tells the trace and span that are active, and none where there is none."""
    output, errors = run(
        START + program,
        tmp_path,
        options=(),
        **QUIET,
    )

    batch = page.message("BatchProgressEvent", protocol_name="p", batch_number=1)
    lines = reader(tmp_path)()
    identifiers = [tuple(map(int, line.split())) for line in output.splitlines()]
    assert errors == ""
    assert len(lines) == 4 * len(identifiers) > 0
    for index, ids in enumerate(identifiers):
        for line, known in zip(
            lines[4 * index : 4 * index + 4],
            [{"event": batch, "level": 40, "error": page.error_of(KeyError())}, {"message": "text"}] * 2,
            strict=True,
        ):
            told = known | envelope(line) | {"dd": page.trace_of(*ids), "context": {"run_id": "r"}}
            assert line == page.line(**told)


def test_neither_is_imported(tmp_path: Path) -> None:
    """To import, set up and use the library imports no tracer and no module that is not needed."""
    output, errors = run(
        """
        import json
        import sys

        import telemetry_events
        import telemetry_events.instrument
        import telemetry_events.testing
        from telemetry_events import BatchProgressEvent, setup_telemetry, shutdown_telemetry, telemetry_logger

        setup_telemetry(directory=sys.argv[1])
        telemetry_logger.info(BatchProgressEvent("p", 1), exc_info=KeyError())
        telemetry_logger.info("text")
        shutdown_telemetry()
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
        """,
        tmp_path,
    )
    found = set(json.loads(output))
    assert errors == ""
    assert not found & {
        "ddtrace",
        "opentelemetry",
        "gevent",
        "pytest",
        "google",
        "typer",
        "rich",
        "numpy",
        "requests",
    }
