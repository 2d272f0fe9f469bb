"""What each record of a schema must be, worked out once: for each event, the check of every member."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telemetry_events.schema.model import Enum, EnumValue, Field, Message, Schema
from telemetry_events.validation.datadog import DATADOG_VALUES
from telemetry_events.validation.envelope import ENVELOPE_VALUES, envelope_value
from telemetry_events.validation.members import Members, members_of, message
from telemetry_events.validation.value import ValueCheck, boolean, double, enum, integer, repeated, text

__all__ = ["Plan", "make_plan", "message_members"]

ENVELOPE = "telemetry_events.v1.TelemetryEnvelope"
CONTEXT = "telemetry_events.v1.TelemetryContext"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of records: by event's name, the members of the event alone and those of its record.

    `plain` are the members of a plain message's record, and `envelope` the names of the envelope's.
    `full_names` has the text of each event's value by its full name in the schema.
    """

    events: dict[str, Members]
    records: dict[str, Members]
    plain: Members
    envelope: frozenset[str]
    full_names: dict[str, str]


def make_plan(schemas: Sequence[Schema], *, exported: bool = False) -> Plan:
    """Work out the records of several schemas, of which one has the envelope and the context.

    Where two schemas have an event of the same name, the later one's holds. `exported` says that the
    records come out of Datadog, and that what it changes about them is as it should be.
    """
    home = next(schema for schema in reversed(schemas) if ENVELOPE in schema.message_by_name)
    context = _group(home, home.message_by_name[CONTEXT], exported)
    envelope, required = _group(home, home.message_by_name[ENVELOPE], exported)
    envelope["status"] = text("NONE")  # an unknown text there is no wrong type, but a bad envelope
    values = DATADOG_VALUES if exported else ENVELOPE_VALUES
    outer = {name: envelope_value(check, values.get(name)) for name, check in envelope.items()}
    if exported:  # what is not there where nothing was configured, or where its form has no place for it
        required -= {"ddsource", "ddtags", "hostname"}

    events: dict[str, Members] = {}
    records: dict[str, Members] = {}
    full_names: dict[str, str] = {}
    for schema in schemas:
        for enum_type, value, each in _events(schema):
            name = enum_type.text(value)
            own = _group(schema, each, exported)
            events[name] = members_of(own)
            records[name] = members_of((outer, required), context, own)
            full_names[value.name] = name
    return Plan(events, records, members_of((outer, required), context), frozenset(outer), full_names)


def message_members(schema: Schema, each: Message, *, exported: bool = False) -> Members:
    """Return the members of a message, whatever stands around them."""
    return members_of(_group(schema, each, exported))


def _events(schema: Schema) -> Iterator[tuple[Enum, EnumValue, Message]]:
    """Yield each event with the value that names it, and the enum of that."""
    names = {enum_type.package: enum_type for enum_type in schema.event_names()}
    for each in schema.messages:
        value = schema.bound_value(each) if each.is_event else None
        if value is not None:
            yield names[each.package], value, each


def _group(schema: Schema, each: Message, exported: bool) -> tuple[dict[str, ValueCheck], set[str]]:
    """Return the check of each of a message's members, and the names of those that must be there."""
    checks = {field.name: _check(schema, field, exported) for field in each.fields}
    return checks, {field.name for field in each.fields if not field.presence}


def _check(schema: Schema, field: Field, exported: bool) -> ValueCheck:
    check = _one(schema, field, exported)
    return repeated(check) if field.repeated else check


def _one(schema: Schema, field: Field, exported: bool) -> ValueCheck:
    match field.type:
        case "string":
            return text(field.sensitivity)
        case "bool":
            return boolean
        case "int32" | "int64" | "uint32" as kind:
            return integer(kind, whole_floats=exported)
        case "double":
            return double
        case "enum":
            found = schema.enum_by_name[field.type_name]
            return enum(found.name, {value.name: found.text(value) for value in found.values})
        case _:
            return message(
                message_members(schema, schema.message_by_name[field.type_name], exported=exported)
            )
