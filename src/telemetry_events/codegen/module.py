"""Renders the module of one package: its enums, its messages, and what it exports."""

import subprocess
import sys
from collections.abc import Iterator

from telemetry_events.codegen.message import render_message
from telemetry_events.codegen.names import betterproto_name, class_name, constant, texts_name
from telemetry_events.schema.model import Enum, Message, Schema

__all__ = ["render_module"]


def render_module(package: str, schema: Schema, betterproto: str) -> str:
    """Return the source of the module for one package of the schema.

    `betterproto` is the module below which betterproto2's output for the schema lies.
    """
    part = schema.package(package)
    declared: list[Message | Enum] = [*schema.messages, *schema.enums]
    types = {each.full_name: class_name(each) for each in declared}
    messages = list(_inner_first(part.messages, schema))
    names = {message.full_name: _event_name(message, schema) for message in messages}
    sections = [
        f'"""The events of `{package}`, generated from its schema. Not to be edited."""',
        "# pyright: reportIncompatibleVariableOverride=false, reportPrivateUsage=false",
        "\n".join(_imports(part, schema, betterproto, types)),
        f"__all__ = {sorted(types[name] for name in _exported(part, schema))!r}",
        "\n".join(_constants(part, schema, types)),
        *(render_message(message, types, names[message.full_name]) for message in messages),
    ]
    return _formatted("\n\n".join(sections))


def _imports(part: Schema, schema: Schema, betterproto: str, types: dict[str, str]) -> Iterator[str]:
    parent, _, module = f"{betterproto}.{part.packages[0]}".rpartition(".")
    yield "from dataclasses import dataclass"
    yield "import betterproto2"
    yield "from telemetry_events import fields as _f, redaction as _r"
    yield "from telemetry_events.message import TelemetryEvent, TelemetryMessage, event_field"
    yield f"from {parent} import {module} as _proto"
    for enum in part.enums:
        yield f"from {parent}.{module} import {betterproto_name(enum)} as {types[enum.full_name]}"
    foreign = {f.type_name for m in part.messages for f in m.fields if f.type_name} - _declared(part)
    for name in sorted(foreign):
        package = (schema.message_by_name.get(name) or schema.enum_by_name[name]).package
        yield f"from {package} import {types[name]}"


def _declared(part: Schema) -> set[str]:
    return part.message_by_name.keys() | part.enum_by_name.keys()


def _constants(part: Schema, schema: Schema, types: dict[str, str]) -> Iterator[str]:
    """Bind what the encoders look up: a global costs less than a member of an enum."""
    for name in sorted(
        {f.type_name for m in part.messages for f in m.fields if f.type == "enum" and f.name != "event"}
    ):
        yield f"{texts_name(types[name])} = _f.enum_texts({types[name]})"
    for message in part.messages:
        event = _event_name(message, schema)
        if event:
            yield f"{event[0]} = TelemetryEventName.{event[0].removeprefix('_')}"


def _event_name(message: Message, schema: Schema) -> tuple[str, str] | None:
    for enum in schema.event_names():
        value = schema.bound_value(message)
        if value and enum.package == message.package:
            return f"_{constant(enum, value)}", enum.text(value)
    return None


def _inner_first(messages: tuple[Message, ...], schema: Schema) -> Iterator[Message]:
    """Order messages so that each follows those that its fields hold; else by name."""
    done: set[str] = set()

    def visit(message: Message) -> Iterator[Message]:
        if message.full_name in done or message.package != messages[0].package:
            return
        done.add(message.full_name)
        for field in message.fields:
            if field.type == "message":
                yield from visit(schema.message_by_name[field.type_name])
        yield message

    for message in sorted(messages, key=lambda each: each.name):
        yield from visit(message)


def _exported(part: Schema, schema: Schema) -> set[str]:
    """Return the events and all that their fields hold: what a user of the package names."""
    reached: set[str] = set()
    waiting = [message.full_name for message in part.messages if message.is_event]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            message = schema.message_by_name.get(name)
            waiting += [field.type_name for field in message.fields if field.type_name] if message else []
    return reached


def _formatted(source: str) -> str:
    """Format by the ruff that betterproto2-compiler brings, whatever settings and files surround it."""
    ruff = [sys.executable, "-m", "ruff"]
    # Without `src`, no import counts as one of the folder that happens to be the current one.
    chosen = ["--isolated", "--config", "src=[]", "--line-length", "110", "--target-version", "py311", "-"]
    for command in (["check", "--silent", "--fix", "--select", "I,F401"], ["format"]):
        done = subprocess.run(
            [*ruff, *command, *chosen], input=source, capture_output=True, text=True, check=True
        )
        source = done.stdout
    return source
