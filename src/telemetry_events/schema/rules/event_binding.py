"""The rule `event-binding`."""

from collections.abc import Iterator

from telemetry_events.schema.model import Enum, EnumValue, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["event_binding"]


@rule("event-binding")
def event_binding(schema: Schema) -> Iterator[Fault]:
    """Each event belongs to the one value of `TelemetryEventName` with its letters; values have texts."""
    for enum in schema.enums:
        yield from _texts(enum)
    names = {enum.package: enum for enum in schema.event_names()}
    for package in schema.packages:
        part = schema.package(package)
        events = [message for message in part.messages if message.is_event]
        for message in events:
            if "." in message.name:
                yield message.location, f"`{message.name}` must not be nested in another message"
        yield from _pairs([each for each in events if "." not in each.name], names.get(package))


def _texts(enum: Enum) -> Iterator[Fault]:
    """Check what canonical JSON prints for the values: their names without the zero value's prefix."""
    zero = next((value for value in enum.values if value.number == 0), None)
    if zero is None or not zero.name.endswith("UNSPECIFIED"):
        what = f"the zero value of `{enum.name}` must end in `UNSPECIFIED`"
        yield (zero or enum).location, f"{what}: what precedes it is the prefix of all values"
        return
    numbers: dict[int, EnumValue] = {}
    texts: dict[str, EnumValue] = {}
    for value in enum.values:
        if not value.name.startswith(enum.prefix) or value.name == enum.prefix:
            yield value.location, f"`{value.name}` must be `{enum.prefix}` and a text of its own"
        same = numbers.setdefault(value.number, value)
        if same is not value:
            yield value.location, f"`{value.name}` has the number of `{same.name}`"
        same = texts.setdefault(enum.text(value), value)
        if same is not value:
            yield value.location, f"`{value.name}` has the text of `{same.name}`: `{enum.text(value)}`"


def _pairs(events: list[Message], names: Enum | None) -> Iterator[Fault]:
    messages: dict[str, Message] = {}
    for message in events:
        same_message = messages.setdefault(message.letters, message)
        if same_message is not message:
            yield message.location, f"`{message.name}` has the letters of `{same_message.name}`"
    values: dict[str, EnumValue] = {}
    if names:
        for value in names.values:
            same_value = value if value.number == 0 else values.setdefault(names.letters(value), value)
            if same_value is not value:
                yield value.location, f"`{value.name}` has the letters of `{same_value.name}`"
    for letters, message in messages.items():
        if letters not in values:
            what = f"`{message.name}` belongs to no value of `TelemetryEventName`"
            yield message.location, f"{what}: none has the letters `{letters}`"
    for letters, value in values.items():
        if letters not in messages:
            what = f"`{value.name}` belongs to no message"
            yield value.location, f"{what}: none has the letters `{letters}` and ends in `Event`"
