"""The rules that a schema of events keeps: one file each, explained in docs/schema-rules.md."""

from telemetry_events.schema.rules.classified import classified
from telemetry_events.schema.rules.closed_types import closed_types
from telemetry_events.schema.rules.documented import documented
from telemetry_events.schema.rules.event_binding import event_binding
from telemetry_events.schema.rules.event_field import event_field
from telemetry_events.schema.rules.field_name import field_name
from telemetry_events.schema.rules.presence import presence

__all__ = ["RULES"]

RULES = (event_field, event_binding, closed_types, field_name, presence, classified, documented)
