"""What is cut so that a line keeps within its limit: docs/record.md, section 7."""

from typing import cast

from telemetry_events.canonical import well_formed
from telemetry_events.encoder import HasMembers
from telemetry_events.errors import EncodeError
from telemetry_events.redaction import RedactionKey

__all__ = ["LINE_LIMIT", "STRING_LIMIT", "Shortened", "TooLongError", "shortened"]

# Bytes of UTF-8. Datadog's Agent cuts what is longer than the first, wherever that may be.
LINE_LIMIT = 900_000
STRING_LIMIT = 16_384


class TooLongError(EncodeError):
    """A record's line would be too long, also with its long strings cut."""

    kind = "too_long"


class Shortened:
    """An event with its long strings cut, as `canonical_json` takes it."""

    def __init__(self, event: HasMembers) -> None:
        self._event = event

    def _members(self, _key: RedactionKey | None) -> dict[str, object]:
        return {name: shortened(value) for name, value in self._event._members(_key).items()}


def shortened(value: object) -> object:
    """Return a JSON value with each long string in it cut, and marked with how long it was."""
    if isinstance(value, str):
        raw = well_formed(value).encode()
        if len(raw) <= STRING_LIMIT:
            return value
        return f"{raw[:STRING_LIMIT].decode(errors='ignore')}…[cut from {len(raw)} bytes]"
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [shortened(each) for each in cast("list[object]", value)]
    return value
