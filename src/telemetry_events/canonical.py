"""Numbers and strings as RFC 8785 prints them, where orjson would not (docs/canonical-json.md)."""

import orjson

__all__ = ["MAX_SAFE_INTEGER", "number", "well_formed"]

MAX_SAFE_INTEGER = 2**53 - 1


def well_formed(text: str) -> str:
    """Return `text` with U+FFFD for each unpaired surrogate (section 6).

    A pair of surrogates, which Python keeps as two characters, becomes the one it stands for.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number(value: float) -> int | float | orjson.Fragment:
    """Return what prints a finite double as ECMAScript does (RFC 8785, section 3.2.2.3).

    orjson has the digits right everywhere, and the layout except where ECMAScript prints no
    exponent but orjson does, and for whole numbers, which orjson prints with `.0`.
    """
    if value.is_integer():
        return int(value) if abs(value) <= MAX_SAFE_INTEGER else orjson.Fragment(_ecmascript(value))
    return orjson.Fragment(_ecmascript(value)) if abs(value) < 1e-5 else value


def _ecmascript(value: float) -> str:
    """Lay out the shortest digits as ECMA-262 does, Number::toString, steps 6 to 10."""
    sign, rest = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = rest.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{point - 1:+d}"
