"""A field's value as a JSON value, or the error that says why it has none.

The generated encoders check the exact type in place and come here for anything else: a subclass,
a numpy scalar, a value that does not belong. The outcomes are those of docs/canonical-json.md.
"""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TypeVar, cast

import betterproto2
import orjson

from telemetry_events.canonical import number
from telemetry_events.encoder import HasMembers
from telemetry_events.errors import (
    EncodeError,
    IntegerRangeError,
    NotFiniteError,
    UnknownEnumError,
    WrongEventError,
    WrongTypeError,
)
from telemetry_events.redaction import RedactionKey

T = TypeVar("T")


def string(value: object, field: str) -> str:
    """Return a `str`, or a subclass's text."""
    if type(value) is str:
        return value
    value = _plain(value)
    if isinstance(value, str):
        return str.__str__(value)
    raise _wrong_type(value, field, "a string")


def boolean(value: object, field: str) -> bool:
    """Return a `bool`, or numpy's."""
    value = _plain(value)
    if isinstance(value, bool):
        return value
    raise _wrong_type(value, field, "a bool")


def int32(value: object, field: str) -> int:
    """Return an integer of 32 bits."""
    return _integer(value, field, -(2**31), 2**31 - 1)


def uint32(value: object, field: str) -> int:
    """Return an unsigned integer of 32 bits."""
    return _integer(value, field, 0, 2**32 - 1)


def int64(value: object, field: str) -> int:
    """Return an integer; the encoder itself sees to those beyond 2^53-1."""
    return _integer(value, field, -(2**63), 2**63 - 1)


def _integer(value: object, field: str, low: int, high: int) -> int:
    value = _plain(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(value, field, "an integer")
    plain = int.__int__(value)
    if not low <= plain <= high:
        raise IntegerRangeError(field, f"an integer outside {low} to {high}")
    return plain


def double(value: object, field: str) -> int | float | orjson.Fragment:
    """Return what prints a finite double; an integer counts as the double nearest to it."""
    value = _plain(value)
    if not isinstance(value, (float, int)) or isinstance(value, bool):
        raise _wrong_type(value, field, "a double")
    try:
        plain = float.__float__(value) if isinstance(value, float) else int.__float__(value)
    except OverflowError:
        plain = math.inf
    if not math.isfinite(plain):
        raise NotFiniteError(field, "a double that is not finite")
    return number(plain)


def enum(value: object, field: str, kind: type[betterproto2.Enum], texts: Mapping[int, str]) -> str:
    """Return the text of a member of `kind`, or of a plain integer that is the number of one."""
    if type(value) is not kind and type(value) is not int:
        raise _wrong_type(value, field, f"a {kind.__name__}")
    text = texts.get(value)
    if text is None:
        raise UnknownEnumError(field, f"a number that {kind.__name__} does not know")
    return text


def event(value: object, bound: betterproto2.Enum) -> None:
    """Accept the event's own name, or none: a field left unset is filled in."""
    if type(value) is not type(bound) and type(value) is not int:
        raise _wrong_type(value, "event", f"a {type(bound).__name__}")
    if value not in (0, bound):
        raise WrongEventError("event", f"not {enum_texts(type(bound))[bound]}, which this event is")


def message(value: object, field: str, kind: type[HasMembers], key: RedactionKey | None) -> dict[str, object]:
    """Return the members of a message within another."""
    if not isinstance(value, kind):
        raise _wrong_type(value, field, f"a {kind.__name__}")
    try:
        return value._members(key)
    except EncodeError as error:
        error.field = f"{field}.{error.field}" if field else error.field
        raise


def repeated(values: object, field: str, element: Callable[[object, str], T]) -> list[T]:
    """Return a list, each of its values by `element`; a tuple will do."""
    if not isinstance(values, (list, tuple)):
        raise _wrong_type(values, field, "a list")
    printed: list[T] = []
    try:
        for value in cast("Sequence[object]", values):
            printed.append(element(value, ""))  # noqa: PERF401 (how many are done says which one failed)
    except EncodeError as error:
        error.field = f"{field}[{len(printed)}]{'.' if error.field else ''}{error.field}"
        raise
    return printed


def enum_text(member: betterproto2.Enum) -> str:
    """Return what is printed for a member of an enum, such as `task_error` (section 4).

    Raises `UnknownEnumError` for a number that its enum does not know, and `WrongTypeError` for
    what is no member of a generated enum.
    """
    if not isinstance(member, betterproto2.Enum):
        raise _wrong_type(member, "", "a member of a generated enum")
    return enum(member, "", type(member), enum_texts(type(member)))


@cache
def enum_texts(kind: type[betterproto2.Enum]) -> dict[int, str]:
    """Return the text of each number: the name without the prefix that the zero value's name gives."""
    names = {int(member): member.proto_name or member.name for member in kind}
    prefix = names[0].removesuffix("UNSPECIFIED")
    return {value: name.removeprefix(prefix).lower() for value, name in names.items()}


def _plain(value: object) -> object:
    """Return the Python value that a scalar of an array library stands for, else `value` itself."""
    try:
        if getattr(value, "ndim", None) == 0:
            return value.item()  # type: ignore[attr-defined]
    except Exception:  # noqa: S110 (whatever it raises, it is no scalar)
        pass
    return value


def _wrong_type(value: object, field: str, expected: str) -> WrongTypeError:
    return WrongTypeError(field, f"expected {expected}, found {type_name(value)}")


def type_name(value: object) -> str:
    """Return the name of a value's type, if an import can reach it: others may be made of data."""
    kind = type(value)
    reached = getattr(sys.modules.get(kind.__module__), kind.__qualname__, None)
    return "None" if value is None else kind.__name__ if reached is kind else "another type"
