"""The rule `closed-types`."""

from collections.abc import Iterator

from telemetry_events.schema.model import Field, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["closed_types"]

_TYPES = {"string", "bool", "int32", "int64", "uint32", "double", "enum", "message"}
_INSTEAD = {
    "bytes": "string",
    "fixed32": "uint32",
    "fixed64": "int64",
    "float": "double",
    "group": "message",
    "map": "repeated message",
    "sfixed32": "int32",
    "sfixed64": "int64",
    "sint32": "int32",
    "sint64": "int64",
    "uint64": "int64",
}


@rule("closed-types")
def closed_types(schema: Schema) -> Iterator[Fault]:
    """Every field is of a type that every language prints as the same bytes."""
    for message in schema.messages:
        if message.syntax != "proto3":
            yield message.location, f"`{message.name}` must be in a file of proto3, not of {message.syntax}"
        for field in message.fields:
            where = f"`{message.name}.{field.name}`"
            if field.oneof:
                yield field.location, f"{where} stands in the oneof `{field.oneof}`; use `optional`"
            if field.type not in _TYPES:
                yield field.location, f"{where} is of type {field.type}; use {_INSTEAD[field.type]}"
            elif field.type_name and not _declared(field, schema):
                yield field.location, f"{where} is of type {field.type_name}; only your own may be used"
            elif _reaches(field.type_name, message, schema):
                yield field.location, f"{where} makes `{message.name}` contain itself"


def _declared(field: Field, schema: Schema) -> bool:
    return field.type_name in (schema.enum_by_name if field.type == "enum" else schema.message_by_name)


def _reaches(start: str, target: Message, schema: Schema) -> bool:
    """Return whether a message contains another, directly or through others, or is it."""
    seen: set[str] = set()
    waiting = {start}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name in schema.message_by_name:
            waiting |= {field.type_name for field in schema.message_by_name[name].fields} - seen
    return target.full_name in seen
