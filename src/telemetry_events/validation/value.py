"""The check `wrong-type`: whether a JSON value is of its field's type (docs/canonical-json.md, 4 and 5).

Each function here returns a check for one type, made once for a schema: it is handed a value as orjson
reads it, and answers with faults whose path begins below the value.
"""

from collections.abc import Callable, Mapping
from typing import cast

from telemetry_events.validation.fault import FINE, Fault, Faults
from telemetry_events.validation.redacted import REDACTED

__all__ = ["ValueCheck", "boolean", "double", "enum", "integer", "repeated", "text", "wrong_type"]

ValueCheck = Callable[[object], Faults]

MAX_SAFE_INTEGER = 2**53 - 1
RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
}
_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "a bool",
    int: "an integer",
    float: "a number that is not written as an integer",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def wrong_type(expected: str, value: object) -> Faults:
    """Return the fault that a value is not what was expected: it names types, and no value."""
    found = _KINDS[type(value)]
    if type(value) is str and expected in RANGES and value.removeprefix("-").isdigit():
        found = "a string of digits, as protobuf's own JSON has 64-bit integers"
    return _fault("wrong-type", f"must be {_article(expected)}, and is {found}")


def text(sensitivity: str) -> ValueCheck:
    """Return the check of a string: its type, and that it is redacted where the schema says so."""
    problem_of = REDACTED.get(sensitivity)
    if problem_of is None:
        return _string

    def check(value: object) -> Faults:
        if type(value) is not str:
            return wrong_type("string", value)
        problem = problem_of(value)
        return FINE if problem is None else _fault("unredacted", problem)

    return check


def boolean(value: object) -> Faults:
    """Check a bool."""
    return FINE if type(value) is bool else wrong_type("bool", value)


def integer(kind: str, *, whole_floats: bool) -> ValueCheck:
    """Return the check of `int32`, `int64` or `uint32`.

    `whole_floats` says that `3.0` is 3, for sources whose numbers are all doubles.
    """
    lowest, highest = RANGES[kind]

    def check(value: object) -> Faults:
        if type(value) is int or (whole_floats and type(value) is float and value.is_integer()):
            if lowest <= cast("int", value) <= highest:
                return FINE
            return _fault("wrong-type", f"must be {_article(kind)}, and is an integer beyond {_limit(kind)}")
        return wrong_type(kind, value)

    return check


def double(value: object) -> Faults:
    """Check a double; orjson reads no other numbers than finite ones."""
    return FINE if type(value) is float or type(value) is int else wrong_type("double", value)


def enum(name: str, names: Mapping[str, str]) -> ValueCheck:
    """Return the check of an enum, by the full names of its values with the text of each."""
    texts = frozenset(names.values())

    def check(value: object) -> Faults:
        if type(value) is not str:
            return wrong_type(f"text of {name}", value)
        if value in texts:
            return FINE
        if value in names:
            return _fault("wrong-type", f"has the enum's prefix: the text is `{names[value]}`")
        if value.lower() in texts:
            return _fault("wrong-type", f"is in another case: the text is `{value.lower()}`")
        return _fault("wrong-type", f"is no text of {name}")

    return check


def repeated(element: ValueCheck) -> ValueCheck:
    """Return the check of an array, by that of its elements."""

    def check(value: object) -> Faults:
        if type(value) is not list:
            return wrong_type("array", value)
        found: list[Fault] = []
        for index, each in enumerate(cast("list[object]", value)):
            if faults := element(each):
                found += [fault._replace(path=f"[{index}]{fault.path}") for fault in faults]
        return found

    return check


def _string(value: object) -> Faults:
    return FINE if type(value) is str else wrong_type("string", value)


def _fault(check: str, message: str) -> Faults:
    return (Fault(check, "", message),)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


def _limit(kind: str) -> str:
    return "2^53-1" if kind == "int64" else "its range"
