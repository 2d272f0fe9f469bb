"""Typed telemetry events: each defined once in protobuf, emitted by every language as the same bytes.

>>> from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger
>>> setup_telemetry(service="worker")
>>> telemetry_logger.info(BatchProgressEvent("ResultsOnly", batch_number=3))
"""

from telemetry_events import v1
from telemetry_events.encoder import canonical_json
from telemetry_events.errors import (
    EncodeError,
    IntegerRangeError,
    NotFiniteError,
    TelemetryError,
    UnknownEnumError,
    UnsupportedTypeError,
    WrongEventError,
    WrongTypeError,
)
from telemetry_events.fields import enum_text
from telemetry_events.handlers import DatadogLogsHandler, JournalHandler
from telemetry_events.logger import telemetry_logger
from telemetry_events.message import TelemetryEvent
from telemetry_events.redaction import RedactionKey
from telemetry_events.scope import telemetry_context
from telemetry_events.setup import flush_telemetry, setup_telemetry, shutdown_telemetry
from telemetry_events.v1 import *  # noqa: F403 (the events and their enums: whatever the schema has)

__all__ = [
    "DatadogLogsHandler",
    "EncodeError",
    "IntegerRangeError",
    "JournalHandler",
    "NotFiniteError",
    "RedactionKey",
    "TelemetryError",
    "TelemetryEvent",
    "UnknownEnumError",
    "UnsupportedTypeError",
    "WrongEventError",
    "WrongTypeError",
    "canonical_json",
    "enum_text",
    "flush_telemetry",
    "setup_telemetry",
    "shutdown_telemetry",
    "telemetry_context",
    "telemetry_logger",
]
__all__ += v1.__all__
