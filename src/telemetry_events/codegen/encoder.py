"""Renders the canonical encoder of one message: its fields in order, each type checked in place."""

import builtins
from collections.abc import Iterator

from telemetry_events.codegen.names import texts_name
from telemetry_events.schema.model import Field, Message

__all__ = ["REDACTORS", "render_members"]

REDACTORS = {"FILE_NAME": "_r.file_name", "PERSON": "_r.person", "STACK_FRAMES": "_r.stack_frames"}

# What can be printed as it is. All else goes to telemetry_events.fields, which prints it or says
# why not. An int64 beyond 2^53-1 is found later, by orjson; a double is let through where orjson
# lays it out as ECMAScript does.
_PLAIN = {
    "string": "type({0}) is not str",
    "bool": "type({0}) is not bool",
    "int64": "type({0}) is not int",
    "int32": "type({0}) is not int or not -2147483648 <= {0} <= 2147483647",
    "uint32": "type({0}) is not int or not 0 <= {0} <= 4294967295",
    "double": "type({0}) is not float or not 1e-5 <= {0} < 9e15 or not {0} % 1",
}


def render_members(message: Message, types: dict[str, str], name: tuple[str, str] | None) -> list[str]:
    """Return the lines of `_members`; `name` is an event's own, as a constant and as its text."""
    lines = ["def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:"]
    members: list[str] = []
    started = False
    for field in sorted(message.fields, key=lambda each: each.name):
        if name and field.name == "event":
            lines += [f"    if self.event is not {name[0]}:", f"        _f.event(self.event, {name[0]})"]
            entry = f'"{name[1]}"'
        else:
            entry = _printed(field, types)
            if field.presence and not started:
                lines.append(f"    _out: dict[str, object] = {{{', '.join(members)}}}")
                started = True
            lines += [f"    {line}" for line in _checked(field)]
        if field.presence:
            lines.append(f'        _out["{field.name}"] = {entry}')
        elif started:
            lines.append(f'    _out["{field.name}"] = {entry}')
        else:
            members.append(f'"{field.name}": {entry}')
    return [*lines, "    return _out" if started else f"    return {{{', '.join(members)}}}"]


def _checked(field: Field) -> Iterator[str]:
    """Read the field into a local and have its type checked; within an `if` when it can be absent."""
    local = _local(field)
    yield f"{local}: object = self.{field.name}"
    indent = ""
    if field.presence:
        yield f"if {local} is not None:"
        indent = "    "
    if field.type in _PLAIN and not field.repeated:
        yield f"{indent}if {_PLAIN[field.type].format(local)}:"
        yield f'{indent}    {local} = {_check(field)}({local}, "{field.name}")'


def _printed(field: Field, types: dict[str, str]) -> str:
    """Return the expression of what is printed for the field, once its type has been checked."""
    local = _local(field)
    if field.repeated:
        return f'_f.repeated({local}, "{field.name}", {_element(field, types)})'
    if field.type == "enum":
        return f'_f.enum({local}, "{field.name}", {_enum(field, types)})'
    if field.type == "message":
        return f'_f.message({local}, "{field.name}", {types[field.type_name]}, _key)'
    if field.sensitivity in REDACTORS:
        return f"{REDACTORS[field.sensitivity]}({local}, _key)"
    return local


def _element(field: Field, types: dict[str, str]) -> str:
    """Return the function that checks and prints one value of a repeated field."""
    if field.type == "enum":
        return f"lambda value, path: _f.enum(value, path, {_enum(field, types)})"
    if field.type == "message":
        return f"lambda value, path: _f.message(value, path, {types[field.type_name]}, _key)"
    if field.sensitivity in REDACTORS:
        return f"lambda value, path: {REDACTORS[field.sensitivity]}(_f.string(value, path), _key)"
    return _check(field)


def _enum(field: Field, types: dict[str, str]) -> str:
    kind = types[field.type_name]
    return f"{kind}, {texts_name(kind)}"


def _check(field: Field) -> str:
    return f"_f.{'boolean' if field.type == 'bool' else field.type}"


def _local(field: Field) -> str:
    """Return the name of the local, which must hide no builtin that the encoder calls."""
    return f"{field.name}_" if hasattr(builtins, field.name) else field.name
