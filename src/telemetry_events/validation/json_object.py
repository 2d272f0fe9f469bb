"""The check `not-json`: a line as the one JSON object that it must be."""

import json
from collections import Counter
from typing import Any, cast

import orjson

from telemetry_events.validation.fault import Fault
from telemetry_events.validation.members import shown_name

__all__ = ["NotJsonError", "read_object"]

_KINDS = {
    type(None): "null",
    bool: "a bool",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
}


class NotJsonError(Exception):
    """A line is not one JSON object; `fault` says why, and holds nothing of the line."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.fault = Fault("not-json", "", why)


def read_object(line: bytes) -> dict[str, object]:
    """Return the object that a line is; white space around and within it is JSON's own business.

    Raises `NotJsonError` for what is no JSON, no object, no UTF-8, or names a member twice.
    """
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotJsonError(_why(line, error)) from None
    if type(members) is not dict:
        raise NotJsonError(f"{_KINDS[type(members)]}, and no object")
    members = cast("dict[str, object]", members)
    # orjson keeps the last of two members with one name. Where no white space stands before a colon, a
    # quote stands before that of each member; so as many of these as there are members is proof that none
    # was lost. More may be a string's own, and a reader is asked that sees every member.
    spaced = (
        (b" " in line and b" :" in line)  # one byte is found faster than two
        or (b"\t" in line and b"\t:" in line)
        or (b"\r" in line and b"\r:" in line)
    )
    if spaced or ((quoted := line.count(b'":')) != len(members) and quoted != _count(members)):
        name = _repeated_name(line)
        if name is not None:
            raise NotJsonError(f"the member `{shown_name(name)}` stands there twice")
    return members


def _count(value: object) -> int:
    """Return the number of members in a value, at any depth."""
    if type(value) is dict:
        return len(cast("dict[str, object]", value)) + sum(
            map(_count, cast("dict[str, object]", value).values())
        )
    if type(value) is list:
        return sum(map(_count, cast("list[object]", value)))
    return 0


def _repeated_name(line: bytes) -> str | None:
    """Return a name that one object has twice."""
    repeated: list[str] = []

    def keep_repeated(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            repeated.extend(name for name, times in Counter(names).items() if times > 1)

    try:
        json.loads(line, object_pairs_hook=keep_repeated, parse_int=str, parse_float=str)
    except RecursionError:  # deeper than any schema goes, which the check of its type finds
        return None
    return repeated[0] if repeated else None


def _why(line: bytes, error: orjson.JSONDecodeError) -> str:
    if not line.strip():
        return "the line is empty"
    try:
        text = line.decode()
    except UnicodeDecodeError as undecodable:
        return f"no UTF-8 from byte {undecodable.start + 1} on"
    if text.startswith("\ufeff"):
        return "a byte order mark stands before the object"
    if error.msg == "unexpected end of data":
        return "the line ends within the object"
    if "surrogate" in error.msg:
        return f"half a pair of surrogates at character {error.pos + 1}"
    return f"no JSON from character {error.pos + 1} on"
