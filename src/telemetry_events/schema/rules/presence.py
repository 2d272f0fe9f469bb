"""The rule `presence`."""

from collections.abc import Iterator

from telemetry_events.schema.model import Field, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["presence"]


@rule("presence")
def presence(schema: Schema) -> Iterator[Fault]:
    """Required fields come before those that may be left out, and `(defaulted)` fields are always there."""
    for message in schema.messages:
        # No constructor takes `event`; the rule `event-field` says how it is declared.
        fields = [field for field in message.fields if field.name != "event"]
        yield from _defaulted(message, fields)
        yield from _order(message, fields)


def _defaulted(message: Message, fields: list[Field]) -> Iterator[Fault]:
    for field in fields:
        if field.defaulted and (field.presence or field.repeated):
            why = "is repeated" if field.repeated else "may be absent"
            yield field.location, f"`{message.name}.{field.name}` {why}, and so must not be `(defaulted)`"


def _order(message: Message, fields: list[Field]) -> Iterator[Fault]:
    """Check the order of declaration, which is that of every constructor's parameters."""
    left_out = ""
    for field in fields:
        if field.presence or field.repeated or field.defaulted:
            left_out = left_out or field.name
        elif left_out:
            what = f"`{message.name}.{field.name}` is required, and so must be declared before `{left_out}`"
            yield field.location, f"{what}, which may be left out"
