"""A record as people read it: one line, and below it the frames of what went wrong.

Whatever a value holds, it is shown as text: nothing in it drives a terminal.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import orjson

from telemetry_events.cli.entry import Entry
from telemetry_events.cli.visible import visible
from telemetry_events.schema.model import Schema

__all__ = ["Layout", "Piece"]

# A text and its style, in rich's words.
Piece = tuple[str, str]
Members = Mapping[str, object]

_STYLES = {"debug": "dim", "info": "green", "warn": "yellow", "error": "red", "critical": "bold red"}
_time = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z").fullmatch
# What needs no quotes: nothing in it looks like the end of a value, or like another.
_plain = re.compile(r"""[^\s"'\\={}\[\],]+""").fullmatch
_frames = re.compile(r'(?:[ \t]*File "[^"\n]*", line [0-9]+, in [^\n]+(?:\n|$))+').fullmatch


class Layout:
    """Lays records out in lines, with an event's fields in the order in which the schema has them."""

    def __init__(self, schema: Schema) -> None:
        messages = schema.message_by_name
        self._envelope = {field.name for field in messages["telemetry_events.v1.TelemetryEnvelope"].fields}
        self._context = {field.name for field in messages["telemetry_events.v1.TelemetryContext"].fields}
        self._orders: dict[str, list[str]] = {}
        for message in schema.messages:
            value = schema.bound_value(message) if message.is_event else None
            for names in schema.event_names() if value else ():
                if value in names.values:
                    self._orders[names.text(value)] = [field.name for field in message.fields]

    @property
    def events(self) -> Sequence[str]:
        """The names of the schema's events."""
        return list(self._orders)

    def lines(self, entry: Entry) -> Iterator[list[Piece]]:
        """Yield the lines of an entry: its own, and those of its frames, which are indented."""
        members = entry.members
        if members is None:
            yield [("not a record  ", "dim"), (visible(entry.raw.decode(errors="backslashreplace")), "")]
            return
        event = members.get("event")
        order = self._orders.get(event, []) if isinstance(event, str) else []
        own = {name: members[name] for name in order if name in members}
        others = members.keys() - self._envelope - self._context
        own |= {name: members[name] for name in members if name in others}
        own.pop("event", None)
        stacks = {name: value for name, value in own.items() if isinstance(value, str) and _frames(value)}
        around = {name: members[name] for name in members if name in self._context and name not in own}

        line = _beginning(members)
        for group in (own, around):
            shown = [piece for name in group if name not in stacks for piece in _field(name, group[name])]
            line += [(" ", ""), *shown] if shown else []
        yield line
        error = members.get("error")
        if isinstance(error, dict):
            yield from _below(cast("Members", error))
        for stack in stacks.values():
            yield from _stack(stack, "    ")


def _beginning(members: Members) -> list[Piece]:
    """Return what stands before the fields: time, status, service, and the event or the message."""
    status = members.get("status", "-")
    name = members.get("event", members.get("message", "-"))
    return [
        (f"{_shown_time(members.get('timestamp'))}  ", "dim"),
        (f"{_text(status).upper():<5}  ", _STYLES.get(status, "") if isinstance(status, str) else ""),
        (f"{_text(members.get('service', '-'))}  ", ""),
        (_text(name), "bold"),
    ]


def _shown_time(timestamp: object) -> str:
    """Return the time of day in UTC, with its date if that is not today's."""
    if not isinstance(timestamp, str) or not _time(timestamp):
        return "-" if timestamp is None else _text(timestamp)
    today = datetime.now(UTC).date().isoformat()
    return timestamp[11:23] if timestamp.startswith(today) else f"{timestamp[:10]} {timestamp[11:23]}"


def _field(name: str, value: object) -> list[Piece]:
    return [(f" {_value(name)}=", "dim"), (_value(value), "")]


def _value(value: object) -> str:
    """Return a value so that its end is to be seen: in quotes where it holds more than a word."""
    if not isinstance(value, str):
        return _text(value)
    if _plain(value) and value.isprintable():
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(escaped)}"'


def _text(value: object) -> str:
    """Return a text as it is, and any other value as JSON."""
    return visible(value if isinstance(value, str) else orjson.dumps(value).decode())


def _below(error: Members) -> Iterator[list[Piece]]:
    """Yield the lines of an exception: its class, and its frames."""
    yield [(f"    {_text(error.get('kind', '-'))}", "red")]
    stack = error.get("stack")
    if isinstance(stack, str) and stack:
        yield from _stack(stack, "      ")


def _stack(frames: str, indent: str) -> Iterator[list[Piece]]:
    for frame in frames.rstrip("\n").split("\n"):
        yield [(f"{indent}{visible(frame.strip())}", "dim")]
