"""Typed telemetry events: each defined once in protobuf, emitted by every language as the same bytes.

>>> from telemetry_events import BatchProgressEvent, canonical_json
>>> canonical_json(BatchProgressEvent("ResultsOnly", batch_number=3))
b'{"batch_number":3,"event":"batch_progress","protocol_name":"ResultsOnly"}'
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
from telemetry_events.message import TelemetryEvent
from telemetry_events.redaction import RedactionKey
from telemetry_events.v1 import *  # noqa: F403 (the events and their enums: whatever the schema has)

__all__ = [
    "EncodeError",
    "IntegerRangeError",
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
]
__all__ += v1.__all__
