"""The rule `documented`."""

import re
from collections.abc import Iterator

from telemetry_events.schema.model import Enum, EnumValue, Field, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["documented"]

_UNIT = re.compile(r"\bin\b|ratio|share")


@rule("documented")
def documented(schema: Schema) -> Iterator[Fault]:
    """Comments say what happened, what emits it when, what a field means, and when it is absent or empty."""
    for message in schema.messages:
        yield from _faults(message, message.name, _event_says(message) if message.is_event else ())
        for field in message.fields:
            yield from _faults(field, f"{message.name}.{field.name}", _field_says(field))
    for enum in schema.enums:
        yield from _faults(enum, enum.name, ())
        for value in enum.values:
            yield from _faults(value, value.name, ())


def _faults(
    declared: Message | Field | Enum | EnumValue, name: str, missing: Iterator[str] | tuple[()]
) -> Iterator[Fault]:
    comment = declared.comment
    if not comment:
        yield declared.location, f"`{name}` must have a comment above it"
    elif len(comment.split()) < 2 or not comment.endswith("."):
        # One word can only repeat the name; two may be enough: "Not known.", "Always `task_error`."
        yield declared.location, f"the comment of `{name}` must have two words or more and a full stop"
    else:
        for fault in missing:
            yield declared.location, f"the comment of `{name}` must {fault}"
    if '"""' in comment or "\\" in comment:
        # Python's docstrings are made of it.
        yield declared.location, f"the comment of `{name}` must not have a backslash or three double quotes"


def _event_says(message: Message) -> Iterator[str]:
    sentences = re.split(r"(?<=\.)\s+", message.comment)
    if not any(sentence.startswith("Emitted") for sentence in sentences[1:]):
        yield "say what happened, and in a second sentence beginning with `Emitted` what emits it when"


def _field_says(field: Field) -> Iterator[str]:
    if field.presence and not re.search(r"\bAbsent\b", field.comment):
        yield "say when it is absent, in a sentence with `Absent`"
    if field.repeated and not re.search(r"\bEmpty\b", field.comment):
        yield "say when it is empty, in a sentence with `Empty`"
    if field.type == "double" and not _UNIT.search(field.comment):
        yield "name the unit, such as `in seconds` or `as a share of one`"
