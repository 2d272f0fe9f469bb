"""A message to its canonical bytes: `canonical_json`."""

from typing import Protocol, cast

import orjson

from telemetry_events.canonical import MAX_SAFE_INTEGER, well_formed
from telemetry_events.errors import EncodeError, IntegerRangeError, UnsupportedTypeError, WrongTypeError
from telemetry_events.redaction import RedactionKey

__all__ = ["OPTIONS", "HasMembers", "canonical_json", "dumps", "type_name_of"]

dumps = orjson.dumps
# Makes orjson refuse integers beyond 2^53-1 either way: decision 5.2, at no cost here.
OPTIONS = orjson.OPT_STRICT_INTEGER


class HasMembers(Protocol):
    """A message that can say its canonical members: all generated ones can."""

    def _members(self, _key: RedactionKey | None) -> dict[str, object]: ...


def canonical_json(event: HasMembers, key: RedactionKey | None = None) -> bytes:
    """Return the one canonical form of an event, or of any generated message: UTF-8, redacted.

    `key` makes the tokens that stand for file names and persons; without it they become
    `redacted`. Raises `EncodeError`, whose `kind` and `field` say what is wrong and where. The
    rules are those of docs/canonical-json.md.
    """
    try:
        members = event._members(key)
    except EncodeError as error:
        error.event = type_name_of(event)
        raise
    except (AttributeError, TypeError) as error:
        raise _not_encodable(event, error) from None
    try:
        return dumps(members, None, OPTIONS)
    except TypeError:
        return _dumps_odd(event, members)


def _dumps_odd(event: object, members: dict[str, object]) -> bytes:
    """Print what orjson refuses: a surrogate is mended, an integer beyond 2^53-1 is an error."""
    if type(members) is not dict:
        raise UnsupportedTypeError("", "not a generated telemetry message")
    try:
        return dumps(_mended(members, ""), None, OPTIONS)
    except EncodeError as error:
        error.event = type_name_of(event)
        raise


def _mended(value: object, path: str) -> object:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: _mended(each, f"{path}.{name}" if path else name) for name, each in members.items()}
    if isinstance(value, list):
        return [_mended(each, f"{path}[{index}]") for index, each in enumerate(cast("list[object]", value))]
    if isinstance(value, int) and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise IntegerRangeError(path, "an integer beyond 2^53-1 either way")
    return value


def _not_encodable(event: object, error: AttributeError | TypeError) -> Exception:
    if isinstance(event, type) or not hasattr(event, "_members"):
        return UnsupportedTypeError("", "not a generated telemetry message")
    if isinstance(error, AttributeError) and error.obj is event:
        deleted = WrongTypeError(error.name or "", "the field was deleted")
        deleted.event = type_name_of(event)
        return deleted
    return error


def type_name_of(message: object) -> str:
    """Return the name of a message's generated class. That of a program's own subclass may hold anything."""
    return next((kind.__name__ for kind in type(message).__mro__ if "_members" in vars(kind)), "")
