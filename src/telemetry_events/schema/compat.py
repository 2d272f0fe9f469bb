"""Finds what a new version of a schema would break for those who emit its events or read its records."""

from collections.abc import Callable, Iterator

from telemetry_events.schema.model import Field, Message, Schema
from telemetry_events.schema.rule import Fault, Problem

__all__ = ["CHECKS", "compare"]

_PRINTED = {"NONE", "PLATFORM"}
_REPLACED = {"FILE_NAME", "PERSON", "STACK_FRAMES"}
# What each class may become: what reveals no more. NONE and PLATFORM are both printed as they are; a
# FILE_NAME shows its suffix, a PERSON does not; STACK_FRAMES compares with neither, and so stays.
_MAY_BECOME = {
    "UNSPECIFIED": {"UNSPECIFIED"} | _PRINTED | _REPLACED,
    "NONE": _PRINTED | _REPLACED,
    "PLATFORM": _PRINTED | _REPLACED,
    "FILE_NAME": {"FILE_NAME", "PERSON"},
    "PERSON": {"PERSON"},
    "STACK_FRAMES": {"STACK_FRAMES"},
}


def compare(old: Schema, new: Schema) -> list[Problem]:
    """Return where `new` breaks what users of `old` rely on, in the order of its source.

    It goes beside `buf breaking`, which knows nothing of sensitivities, texts and constructors.
    """
    before, after = old.of_events(), new.of_events()
    return sorted(
        Problem(location, name, message)
        for name, check in CHECKS.items()
        for location, message in check(before, after)
    )


def _sensitivity(old: Schema, new: Schema) -> Iterator[Fault]:
    """A value that was redacted stays so: no field's `(sensitivity)` is dropped or weakened."""
    for message, before, after in _fields(old, new):
        if after.sensitivity not in _MAY_BECOME.get(before.sensitivity, {before.sensitivity}):
            change = f"go from `SENSITIVITY_{before.sensitivity}` to `SENSITIVITY_{after.sensitivity}`"
            yield after.location, f"`{message.name}.{after.name}` must not {change}"


def _presence(old: Schema, new: Schema) -> Iterator[Fault]:
    """Records and constructors keep their form: new fields can be absent, others stay as they were."""
    for message, before, after in _fields(old, new):
        where = f"`{message.name}.{after.name}`"
        if before.presence != after.presence:
            change = "must not become `optional`" if after.presence else "must stay `optional`"
            yield after.location, f"{where} {change}: what is printed and what is required would change"
        if before.defaulted and not after.defaulted and not after.presence:
            yield after.location, f"{where} must stay `(defaulted)`: constructors leave it out"
    for earlier, message in _messages(old, new):
        numbers = {field.number for field in earlier.fields}
        for field in message.fields:
            if field.number not in numbers and not field.presence:
                way = "go into a message" if field.repeated else "be `optional`"
                what = f"`{message.name}.{field.name}` is new, and so must {way}"
                yield field.location, f"{what}: else every record would change"


def _order(old: Schema, new: Schema) -> Iterator[Fault]:
    """Positional arguments keep their place: new fields are declared last, others stay in their order."""
    for earlier, message in _messages(old, new):
        kept = {field.number for field in message.fields}
        expected = [field for field in earlier.fields if field.number in kept]
        for before, after in zip(expected, message.fields, strict=False):
            if before.number != after.number:
                what = f"`{message.name}.{after.name}` is declared where `{before.name}` was"
                yield after.location, f"{what}: positional arguments would shift"
                break


def _text(old: Schema, new: Schema) -> Iterator[Fault]:
    """A text in a record means for ever what it meant: no enum value is printed otherwise than before."""
    for enum in new.enums:
        earlier = old.enum_by_name.get(enum.full_name)
        texts = {value.number: earlier.text(value) for value in earlier.values} if earlier else {}
        for value in enum.values:
            text = texts.get(value.number, enum.text(value))
            if text != enum.text(value):
                what = f"`{value.name}` must be printed as `{text}`"
                yield value.location, f"{what}, not as `{enum.text(value)}`"


def _redact(old: Schema, new: Schema) -> Iterator[Fault]:
    """Tools that heed `debug_redact` go on hiding what they hid: no enum value loses it."""
    for enum in new.enums:
        earlier = old.enum_by_name.get(enum.full_name)
        redacted = {value.number for value in earlier.values if value.debug_redact} if earlier else set[int]()
        for value in enum.values:
            if value.number in redacted and not value.debug_redact:
                yield value.location, f"`{value.name}` must stay `debug_redact`"


def _messages(old: Schema, new: Schema) -> Iterator[tuple[Message, Message]]:
    """Pair the messages that both have. That one is gone is seen by `buf breaking`."""
    for message in new.messages:
        if message.full_name in old.message_by_name:
            yield old.message_by_name[message.full_name], message


def _fields(old: Schema, new: Schema) -> Iterator[tuple[Message, Field, Field]]:
    """Pair the fields that both have, by number."""
    for earlier, message in _messages(old, new):
        before = {field.number: field for field in earlier.fields}
        for field in message.fields:
            if field.number in before:
                yield message, before[field.number], field


CHECKS: dict[str, Callable[[Schema, Schema], Iterator[Fault]]] = {
    "compat-sensitivity": _sensitivity,
    "compat-presence": _presence,
    "compat-order": _order,
    "compat-text": _text,
    "compat-redact": _redact,
}
