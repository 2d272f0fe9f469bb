"""A schema as its rules and generators see it: messages, fields and enums with their options."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["Enum", "EnumValue", "Field", "Location", "Message", "Schema"]


@dataclass(frozen=True, order=True)
class Location:
    """Where something is declared: `file` relative to its module's root, `line` from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Field:
    """A field of a message.

    `type` is the scalar's name as in the source (`string`, `int64`, …), or `enum`, `message`,
    `group`, `map`; `type_name` then is the full name of the enum or message. `oneof` is the name
    of the oneof that it stands in, if any. `sensitivity` is the option's value without its
    prefix, such as `FILE_NAME`; `UNSPECIFIED` when it has none.
    """

    name: str
    number: int
    type: str
    type_name: str
    optional: bool
    repeated: bool
    oneof: str
    sensitivity: str
    defaulted: bool
    comment: str
    location: Location

    @property
    def presence(self) -> bool:
        """Whether the field can be absent: it is `optional` or a message, and not repeated."""
        return not self.repeated and (self.optional or self.type == "message" or bool(self.oneof))


@dataclass(frozen=True)
class Message:
    """A message; `name` is its name within its package, `Outer.Inner` when it is nested.

    `syntax` is that of its file: `proto2`, `proto3` or `editions`.
    """

    package: str
    name: str
    fields: tuple[Field, ...]
    syntax: str
    comment: str
    location: Location

    @property
    def full_name(self) -> str:
        """The name with its package, which is unique in a schema."""
        return _full_name(self.package, self.name)

    @property
    def is_event(self) -> bool:
        """Whether its name says that it is an event: it ends in `Event`."""
        return self.name.endswith("Event")

    @property
    def letters(self) -> str:
        """What an event's name has in common with that of its value: no `_`, no case."""
        return self.name.removesuffix("Event").replace("_", "").lower()


@dataclass(frozen=True)
class EnumValue:
    """A value of an enum, by its full name in the source."""

    name: str
    number: int
    debug_redact: bool
    comment: str
    location: Location


@dataclass(frozen=True)
class Enum:
    """An enum; `name` is its name within its package, `Outer.Inner` when it is nested."""

    package: str
    name: str
    values: tuple[EnumValue, ...]
    comment: str
    location: Location

    @property
    def full_name(self) -> str:
        """The name with its package, which is unique in a schema."""
        return _full_name(self.package, self.name)

    @cached_property
    def prefix(self) -> str:
        """The zero value's name without `UNSPECIFIED`: never derived from the type's name."""
        zero = next((value.name for value in self.values if value.number == 0), "")
        return zero.removesuffix("UNSPECIFIED")

    def text(self, value: EnumValue) -> str:
        """What is printed for `value` (docs/canonical-json.md, section 4)."""
        return value.name.removeprefix(self.prefix).lower()

    def letters(self, value: EnumValue) -> str:
        """What the name of an event's value has in common with the event's: no `_`, no case."""
        return self.text(value).replace("_", "")


@dataclass(frozen=True)
class Schema:
    """The messages and enums of a set of files, in the order of their declaration."""

    messages: tuple[Message, ...] = field(default=())
    enums: tuple[Enum, ...] = field(default=())

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The names of its packages, sorted."""
        return tuple(sorted({m.package for m in self.messages} | {e.package for e in self.enums}))

    def of_events(self) -> "Schema":
        """The packages that declare events, and what their fields reach.

        The rest of an image is what it imports from elsewhere, to which no rule of ours applies.
        """
        packages = {
            message.package
            for message in self.messages
            if message.is_event or any(field.name == "event" for field in message.fields)
        }
        waiting = [message for message in self.messages if message.package in packages]
        reached = {message.full_name for message in waiting}
        reached |= {enum.full_name for enum in self.enums if enum.package in packages}
        while waiting:
            names = {field.type_name for field in waiting.pop().fields} - reached
            reached |= names
            waiting += [self.message_by_name[name] for name in names if name in self.message_by_name]
        return Schema(
            tuple(message for message in self.messages if message.full_name in reached),
            tuple(enum for enum in self.enums if enum.full_name in reached),
        )

    def package(self, name: str) -> "Schema":
        """The part of the schema that one package declares."""
        return Schema(
            tuple(message for message in self.messages if message.package == name),
            tuple(enum for enum in self.enums if enum.package == name),
        )

    @cached_property
    def message_by_name(self) -> dict[str, Message]:
        """Its messages by full name."""
        return {message.full_name: message for message in self.messages}

    @cached_property
    def enum_by_name(self) -> dict[str, Enum]:
        """Its enums by full name."""
        return {enum.full_name: enum for enum in self.enums}

    def event_names(self) -> Iterator[Enum]:
        """The enums that name events: those called `TelemetryEventName`."""
        return (enum for enum in self.enums if enum.name == "TelemetryEventName")

    def bound_value(self, message: Message) -> EnumValue | None:
        """The value that names an event: of its package, the same letters, without `_` and case."""
        for enum in self.event_names():
            if enum.package == message.package:
                for value in enum.values:
                    if enum.letters(value) == message.letters and value.number != 0:
                        return value
        return None


def _full_name(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name
