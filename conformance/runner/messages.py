"""Messages of every type of the schema, made from its descriptors, so that a new event is covered too."""

import math
import sys
from collections.abc import Callable
from random import Random
from typing import Any

import oracle
from google.protobuf.descriptor import Descriptor, FieldDescriptor

__all__ = ["INTEGERS", "SAFE", "drawn", "extreme", "spoil", "typical", "zero"]

SAFE = 2**53 - 1
INTEGERS = {
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: (-SAFE, SAFE),
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
}
_LIMITS = INTEGERS | {
    FieldDescriptor.TYPE_BOOL: (False, True),
    FieldDescriptor.TYPE_DOUBLE: (-sys.float_info.max, 5e-324),
    FieldDescriptor.TYPE_STRING: (
        "",
        '/"\\\0\x1f\u2028😀.NII.GZ\nFile "/a/b\\c.py", line 999999999, in <f>' * 40,
    ),
}
_STACK = """Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
  File "/srv/app/worker/größe.py", line 7, in <module>
ValueError: DOE^JANE"""
_TYPICAL: dict[int, Any] = {
    FieldDescriptor.TYPE_BOOL: True,
    FieldDescriptor.TYPE_INT32: 3,
    FieldDescriptor.TYPE_INT64: 1_763_978_400_000,
    FieldDescriptor.TYPE_UINT32: 4_000_000_000,
    FieldDescriptor.TYPE_DOUBLE: 0.1,
}
_TEXTS = {
    "NONE": "2026-11-23T10:00:00.000Z",
    "PLATFORM": "Klinik für Radiologie / pod-7",
    "FILE_NAME": "/data/ct/DOE^JANE^19700101.DCM",
    "PERSON": "DOE^JANE",
    "STACK_FRAMES": _STACK,
}
_EDGES = (0.0, -0.0, 1.0, 100.0, 1e-7, 9.5e-7, 1e-6, 0.1, 1 / 3, 1e15, 1e16, 1e20, 1e21, 2.0**53, 2.0**63)
_CHARACTERS = (
    'abcdefghijklmnop XYZ0123456789/\\"\b\t\n\f\r\0\x1f\x7f\u0085\u2028\u2029\ufeff\uffffäß€ﬀ😀.<>&-_'
)

Value = Callable[[FieldDescriptor], Any]
Count = Callable[[FieldDescriptor], int]


def zero(kind: Descriptor) -> Any:
    """Return the message that has nothing set."""
    return oracle.message_class(kind.full_name)()


def typical(kind: Descriptor) -> Any:
    """Return a message with everything set to what it may well hold."""
    return _filled(kind, _typical, lambda field: 2 if field.is_repeated else 1)


def extreme(kind: Descriptor, place: int) -> Any:
    """Return the message whose every field holds the lowest value of its type (0), or the highest (1)."""

    def value(field: FieldDescriptor) -> Any:
        if field.enum_type is not None:
            return sorted(field.enum_type.values_by_number)[-place]
        return _LIMITS[field.type][place]

    return _filled(kind, value, lambda field: 3 if field.is_repeated else 1)


def drawn(kind: Descriptor, chance: Random) -> Any:
    """Return a message of values drawn by chance, of which none is a fault."""

    def count(field: FieldDescriptor) -> int:
        return chance.choice((0, 1, 1, 3)) if field.is_repeated else chance.choice((0, 1, 1))

    message = _filled(kind, lambda field: _drawn(field, chance), count)
    if oracle.is_event(kind) and chance.random() < 0.5:
        message.event = oracle.event_number(kind)
    return message


def spoil(message: Any, chance: Random) -> bool:
    """Put one fault, and no more, into a message that has none. Returns whether it can have one."""
    faults: list[tuple[FieldDescriptor, Any]] = []
    for field in message.DESCRIPTOR.fields:
        if field.name == "event" and oracle.is_event(message.DESCRIPTOR):
            faults.append((field, chance.choice((77_777, -1))))
        elif field.enum_type is not None:
            faults.append((field, 77_777))
        elif field.type == FieldDescriptor.TYPE_DOUBLE:
            faults.append((field, chance.choice((math.nan, math.inf, -math.inf))))
        elif field.type == FieldDescriptor.TYPE_INT64:
            faults.append((field, chance.choice((SAFE + 1, -SAFE - 1, 2**63 - 1, -(2**63)))))
    if not faults:
        return False
    field, value = chance.choice(faults)
    if field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)
    return True


def _filled(kind: Descriptor, value: Value, count: Count) -> Any:
    message = zero(kind)
    for field in kind.fields:
        if field.name == "event" and oracle.is_event(kind):
            continue
        times = count(field)
        if field.message_type is not None:
            nested = [_filled(field.message_type, value, count) for _ in range(times)]
            if field.is_repeated:
                getattr(message, field.name).extend(nested)
            elif nested:
                getattr(message, field.name).CopyFrom(nested[0])
                getattr(message, field.name).SetInParent()
        elif field.is_repeated:
            getattr(message, field.name).extend([value(field) for _ in range(times)])
        elif times or not field.has_presence:
            setattr(message, field.name, value(field))
    return message


def _typical(field: FieldDescriptor) -> Any:
    if field.enum_type is not None:
        return max(field.enum_type.values_by_number)
    if field.type == FieldDescriptor.TYPE_STRING:
        return _TEXTS[oracle.sensitivity(field)]
    return _TYPICAL[field.type]


def _drawn(field: FieldDescriptor, chance: Random) -> Any:
    if field.enum_type is not None:
        return chance.choice(sorted(field.enum_type.values_by_number))
    if field.type == FieldDescriptor.TYPE_STRING:
        return _drawn_text(oracle.sensitivity(field), chance)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return chance.random() < 0.5
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        form = chance.randrange(4)
        if form == 0:
            return chance.choice(_EDGES)
        if form == 1:
            return float(chance.randrange(-10_000, 10_000))
        if form == 2:
            return round(chance.uniform(-1000, 1000), chance.randrange(6))
        return math.ldexp(chance.uniform(-1, 1), chance.randrange(-1070, 1024))
    low, high = INTEGERS[field.type]
    return chance.choice((low, high, 0, chance.randint(low, high), chance.randint(max(low, -999), 999)))


def _drawn_text(sensitivity: str, chance: Random) -> str:
    text = "".join(chance.choices(_CHARACTERS, k=chance.choice((0, 3, 12, 40))))
    if sensitivity == "STACK_FRAMES":
        line = chance.choice(("1", "42", "007", "999999999", "1000000000"))
        return f'{text}\n  File "/srv/{text}/run.py", line {line}, in run\n' * chance.choice((0, 1, 3, 40))
    if sensitivity == "FILE_NAME" and text:
        suffix = chance.choice(oracle.SUFFIXES).decode()
        return text + chance.choice((suffix, suffix.upper(), suffix.title(), ""))
    return text
