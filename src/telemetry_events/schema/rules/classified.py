"""The rule `classified`."""

from collections.abc import Iterator

from telemetry_events.schema.model import Field, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["classified"]

_REPLACED = {"FILE_NAME", "PERSON", "STACK_FRAMES"}


@rule("classified")
def classified(schema: Schema) -> Iterator[Fault]:
    """Every string field says by `(sensitivity)` what it may reveal."""
    for message in schema.messages:
        for field in message.fields:
            fault = _fault(field)
            if fault:
                yield field.location, f"`{message.name}.{field.name}` {fault}"


def _fault(field: Field) -> str:
    if field.type == "string" and field.sensitivity == "UNSPECIFIED":
        return "is a string and has no `(sensitivity)`; if in doubt it is `SENSITIVITY_PERSON`"
    if field.type != "string" and field.sensitivity in _REPLACED:
        return f"is `SENSITIVITY_{field.sensitivity}`, which only a string can be"
    if field.repeated and field.sensitivity == "STACK_FRAMES":
        return "is `SENSITIVITY_STACK_FRAMES`, and so must not be repeated: one string holds all frames"
    return ""
