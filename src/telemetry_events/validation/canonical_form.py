"""The check `not-canonical`: whether a line is, byte for byte, what docs/canonical-json.md demands.

The common case is to print what was read in the demanded order, and to compare. Only where the bytes
differ is the line read again, with each number as it is written, to say why.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, cast

import orjson

from telemetry_events.validation.fault import FINE, Fault, Faults

__all__ = ["check_canonical"]

_string = re.compile(rb'"(?:[^"\\]|\\.)*"')


def check_canonical(line: bytes, members: dict[str, object], order: Sequence[str]) -> Faults:
    """Compare a line with the canonical bytes of what it holds.

    `order` are the names that it may have, in the order of the line: those of the envelope, the context
    and the event (docs/record.md, 1.2), or of the event alone.
    """
    names = [name for name in order if name in members]
    try:
        demanded = orjson.dumps(
            {name: _demanded(members[name]) for name in names}, None, orjson.OPT_STRICT_INTEGER
        )
        if demanded == line:
            return FINE
    except orjson.JSONEncodeError:  # an integer beyond 2^53-1, where a double stands
        pass
    return [Fault("not-canonical", "", why) for why in _differences(line, names)]


def _demanded(value: object) -> object:
    """Return what orjson prints as canonical JSON demands: objects sorted, doubles as ECMAScript has them."""
    if type(value) is float:
        # orjson lays out all others alike.
        return orjson.Fragment(ecmascript(value)) if value.is_integer() or abs(value) < 1e-5 else value
    if type(value) is dict:
        members = cast("dict[str, object]", value)
        return {name: _demanded(members[name]) for name in sorted(members)}
    if type(value) is list:
        return [_demanded(each) for each in cast("list[object]", value)]
    return value


def _differences(line: bytes, names: Sequence[str]) -> list[str]:
    """Return in which ways a line differs from what is demanded; none if only large integers are in it."""
    numbers: list[bool] = []

    def fragment(written: str) -> orjson.Fragment:
        demanded = ecmascript(float(written))
        numbers.append(demanded == written)
        return orjson.Fragment(demanded)

    members: dict[str, Any] = json.loads(line, parse_int=fragment, parse_float=fragment)
    demanded = orjson.dumps({name: _demanded(members[name]) for name in names})
    if demanded == line:
        return []
    found: list[str] = []
    if re.search(rb"\s", _string.sub(b"", line)):
        found.append("white space stands outside of strings")
    if orjson.dumps(members) != orjson.dumps({name: _demanded(members[name]) for name in names}):
        found.append("the members are not in their order")
    if not all(numbers):
        found.append("a number is not written as ECMAScript writes it")
    if sorted(_string.findall(line)) != sorted(_string.findall(demanded)):
        found.append("a string is not escaped as it must be")
    return found or ["the bytes are others"]


def ecmascript(value: float) -> str:
    """Return a double as ECMAScript prints it (ECMA-262, Number::toString), by the digits of `repr`."""
    if value == 0:
        return "0"
    sign, digits, point = _decimal(value)
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{sign}{digits[0]}{'.' if count > 1 else ''}{digits[1:]}{exponent}"


def _decimal(value: float) -> tuple[str, str, int]:
    """Return the sign, the shortest digits, and where the decimal point stands behind the first of them."""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return "-" if value < 0 else "", digits.rstrip("0"), point
