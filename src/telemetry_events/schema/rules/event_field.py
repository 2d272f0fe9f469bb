"""The rule `event-field`."""

from collections.abc import Iterator

from telemetry_events.schema.model import Field, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["event_field"]

_FIRST = "TelemetryEventName event = 1"


@rule("event-field")
def event_field(schema: Schema) -> Iterator[Fault]:
    """A message whose name ends in `Event`, and no other, begins with `TelemetryEventName event = 1`."""
    for message in schema.messages:
        if message.is_event:
            yield from _event(message)
        else:
            for field in message.fields:
                if field.name == "event":
                    what = f"`{message.name}.event`: only a message whose name ends in `Event`"
                    yield field.location, f"{what} has a field `event`"


def _event(message: Message) -> Iterator[Fault]:
    if not message.fields:
        yield message.location, f"`{message.name}` must begin with `{_FIRST}`, and has no field"
    else:
        first = message.fields[0]
        found = _declaration(first, message.package)
        if found != _FIRST:
            yield first.location, f"`{message.name}` must begin with `{_FIRST}`, not with `{found}`"


def _declaration(field: Field, package: str) -> str:
    """Return the field as it is declared, as far as the rule cares."""
    label = "repeated " if field.repeated else "optional " if field.optional else ""
    oneof = f"oneof {field.oneof}: " if field.oneof else ""
    # Only what the package itself declares goes by its bare name.
    type_name = field.type_name.removeprefix(f"{package}.")
    options = " [(defaulted) = true]" if field.defaulted else ""
    return f"{oneof}{label}{type_name or field.type} {field.name} = {field.number}{options}"
