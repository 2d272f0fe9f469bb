"""What the rule `field-name` knows by heart is what is so."""

import keyword
from collections.abc import Callable

import pytest

from telemetry_events import TelemetryEvent
from telemetry_events.schema.language_words import LANGUAGE_WORDS, PYTHON_METHODS
from telemetry_events.schema.model import Message, Schema
from telemetry_events.schema.rules.field_name import CONTEXT, ENVELOPE

Compile = Callable[..., Schema]


@pytest.fixture
def record(compiled: Compile) -> dict[str, Message]:
    """The messages of record.proto, by name."""
    schema = compiled('syntax = "proto3"; import "telemetry_events/v1/record.proto";')
    return {message.name: message for message in schema.messages}


def test_envelope_is_that_of_the_schema(record: dict[str, Message]) -> None:
    """The reserved names of the envelope are the fields of TelemetryEnvelope."""
    assert {field.name for field in record["TelemetryEnvelope"].fields} == ENVELOPE


def test_context_is_that_of_the_schema(record: dict[str, Message]) -> None:
    """The names of the context are the fields of TelemetryContext, all of one type and sensitivity."""
    fields = record["TelemetryContext"].fields

    assert {field.name for field in fields} == CONTEXT
    assert {(field.type, field.repeated, field.sensitivity) for field in fields} == {
        ("string", False, "PLATFORM")
    }


def test_python_methods_are_those_of_an_event() -> None:
    """The names taken by Python's messages are the public methods of an event that a field could have."""
    assert {
        name for name in dir(TelemetryEvent) if name.islower() and not name.startswith("_")
    } == PYTHON_METHODS


def test_python_words_are_python_keywords() -> None:
    """The words of Python are its keywords in lower case."""
    assert {word for word in keyword.kwlist if word.islower()} == LANGUAGE_WORDS["Python"]
