"""Renders the class of one message."""

import textwrap
from collections.abc import Iterator

from telemetry_events.codegen.encoder import REDACTORS, render_members
from telemetry_events.codegen.names import betterproto_name, python_type, scalar_zero
from telemetry_events.schema.model import Field, Message

__all__ = ["render_message"]

_WIDTH = 100


def render_message(message: Message, types: dict[str, str], name: tuple[str, str] | None) -> str:
    """Return the source of the class; `name` is an event's own, as a constant and as its text.

    `types` has the Python class of every message and enum by its full name.
    """
    base = "TelemetryEvent" if name else "TelemetryMessage"
    parameters = [field for field in message.fields if not (name and field.name == "event")]
    body = [
        *_docstring(message, parameters),
        *_class_attributes(message, types, name),
        *_constructor(parameters, types, name),
        "",
        *render_members(message, types, name),
    ]
    return "\n".join(
        [
            "@dataclass(init=False, eq=False, repr=False)",
            f"class {types[message.full_name]}({base}, _proto.{betterproto_name(message)}):",
            *(textwrap.indent(line, "    ") for line in body),
        ]
    )


def _docstring(message: Message, parameters: list[Field]) -> Iterator[str]:
    first, _, rest = " ".join(message.comment.split()).partition(". ")
    yield f'"""{first.removesuffix(".")}.'
    if rest:
        yield ""
        yield from textwrap.wrap(rest, _WIDTH)
    if parameters:
        yield ""
        yield "Args:"
    for field in parameters:
        text = f"{field.name}: {' '.join(field.comment.split())}"
        yield from textwrap.wrap(text, _WIDTH, initial_indent="    ", subsequent_indent="        ")
    yield '"""'
    yield ""


def _class_attributes(message: Message, types: dict[str, str], name: tuple[str, str] | None) -> Iterator[str]:
    redactors = [
        f'"{f.name}": {REDACTORS[f.sensitivity]}' for f in message.fields if f.sensitivity in REDACTORS
    ]
    if redactors:
        yield f"_redactors = {{{', '.join(redactors)}}}"
    if name:
        yield f"_name = {name[0]}"
        yield "event: TelemetryEventName = event_field(TelemetryEventName)"
    for field in message.fields:
        if field.type == "message":
            # Declared again with the class of this module, which betterproto2's parser then makes.
            form, ignore = (
                ("repeated", "  # type: ignore[assignment]") if field.repeated else ("optional", "")
            )
            yield (
                f"{field.name}: {_annotation(field, types)} = "
                f"betterproto2.field({field.number}, betterproto2.TYPE_MESSAGE, {form}=True){ignore}"
            )
    yield ""


def _annotation(field: Field, types: dict[str, str]) -> str:
    value = python_type(field, types)
    if field.repeated:
        return f"list[{value}]"
    return f"{value} | None" if field.presence else value


def _constructor(
    parameters: list[Field], types: dict[str, str], name: tuple[str, str] | None
) -> Iterator[str]:
    yield f"def __init__({', '.join(['self', *(_parameter(field, types) for field in parameters)])}) -> None:"
    if name:
        yield f"    self.event = {name[0]}"
    for field in parameters:
        value = f"[] if {field.name} is None else {field.name}" if field.repeated else field.name
        yield f"    self.{field.name} = {value}"
    yield '    self._unknown_fields = b""'


def _parameter(field: Field, types: dict[str, str]) -> str:
    if field.repeated:
        return f"{field.name}: list[{python_type(field, types)}] | None = None"
    if field.presence:
        return f"{field.name}: {python_type(field, types)} | None = None"
    default = f" = {scalar_zero(field, types)}" if field.defaulted else ""
    return f"{field.name}: {python_type(field, types)}{default}"
