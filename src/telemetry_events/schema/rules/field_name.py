"""The rule `field-name`."""

import re
from collections.abc import Iterator

from telemetry_events.schema.language_words import LANGUAGE_WORDS, PYTHON_METHODS
from telemetry_events.schema.model import Field, Message, Schema
from telemetry_events.schema.rule import Fault, rule

__all__ = ["CONTEXT", "ENVELOPE", "field_name"]

_SHAPE = re.compile(r"[a-z]+[0-9]*(_[a-z]+[0-9]*)*")
# Datadog takes keys of less than 50 characters.
_LONGEST = 49
# Taken as a method of generated messages by several languages (protobuf's STYLE2024).
_ACCESSORS = ("clear_", "get_", "has_", "set_")

# The members of TelemetryEnvelope and TelemetryContext, which stand beside an event's in its record.
ENVELOPE = frozenset(
    {
        "dd",
        "ddsource",
        "ddtags",
        "emitter",
        "error",
        "hostname",
        "message",
        "seq",
        "service",
        "status",
        "timestamp",
    }
)
CONTEXT = frozenset({"dataset_name", "pod_identifier", "project_id", "run_id", "task_id", "username"})
# What Datadog reads as an attribute of its own, and the true time of a record that delivery stamps anew.
_DATADOG = frozenset(
    {
        "date",
        "env",
        "event_time",
        "host",
        "level",
        "msg",
        "published_date",
        "severity",
        "source",
        "span_id",
        "syslog",
        "trace_id",
        "version",
    }
)


@rule("field-name")
def field_name(schema: Schema) -> Iterator[Fault]:
    """A field's name is the same in every language, and an event's field hides nothing else in its record."""
    for message in schema.messages:
        names = {field.name for field in message.fields}
        for field in message.fields:
            for fault in (*_spelling(field.name), *_accessor(field.name, names), *_record(field, message)):
                yield field.location, f"`{message.name}.{field.name}` {fault}"


def _spelling(name: str) -> Iterator[str]:
    if not _SHAPE.fullmatch(name):
        yield "must be lower-case words joined by `_`, with digits only at the end of a word"
    if len(name) > _LONGEST:
        yield f"has {len(name)} characters; {_LONGEST} are allowed"
    languages = [language for language, words in LANGUAGE_WORDS.items() if name in words]
    if languages:
        yield f"is a word of its own in {', '.join(languages)}"
    if name in PYTHON_METHODS:
        yield "is a method of Python's messages"


def _accessor(name: str, names: set[str]) -> Iterator[str]:
    if name == "descriptor":
        yield "is a method of generated messages"
    for prefix in _ACCESSORS:
        if name.startswith(prefix) and name.removeprefix(prefix) in names:
            yield f"is a method of generated messages: that of the field `{name.removeprefix(prefix)}`"


def _record(field: Field, message: Message) -> Iterator[str]:
    """Check the names of an event's fields against what else its record may hold."""
    if not message.is_event:
        return
    if field.name in ENVELOPE:
        yield "is a member of TelemetryEnvelope, which every record has"
    if field.name in _DATADOG:
        yield "is reserved: Datadog gives it a meaning of its own"
    # The event's member stands in for the context's, and so must mean the same.
    is_context = (field.type, field.repeated, field.sensitivity) == ("string", False, "PLATFORM")
    if field.name in CONTEXT and not is_context:
        yield "is a member of TelemetryContext, and so must be a string of `SENSITIVITY_PLATFORM`"
