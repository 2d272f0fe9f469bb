"""OTLP: records sent to an OpenTelemetry Collector by OTLP/HTTP, from hosts that have no disk.

Needs `pip install 'telemetry-events[otlp]'`. Nothing else in this package imports it. A host that has a disk
keeps a journal, and has a Collector read that: docs/opentelemetry.md says why.
"""

try:
    from telemetry_events.otlp.handler import OTLPHandler
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in ("opentelemetry", "requests", "google"):
        raise
    raise ModuleNotFoundError(
        f"{missing.name} is missing: pip install 'telemetry-events[otlp]'", name=missing.name
    ) from None

__all__ = ["OTLPHandler"]
