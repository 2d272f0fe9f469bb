"""The body of a request: lines as a JSON array, checked and brought up to date a few at a time.

Whoever packs a part lets go of the interpreter's lock meanwhile. A program's threads have it in between, and
none waits until a thousand lines were read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from telemetry_events.delivery.late import Window
from telemetry_events.delivery.segment import LONGEST

__all__ = ["MOST_BYTES", "Body", "InvalidBodyError"]

# A tenth of a millisecond's work. Fewer make a call wait less, and more calls wait.
LINES = 100
# https://docs.datadoghq.com/api/latest/logs/#send-logs: 5 MB, uncompressed.
MOST_BYTES = LONGEST + 1
# What is longer is cut, and then is no JSON any more. No record is.
LONGEST_LINE = 1_000_000


class InvalidBodyError(Exception):
    """A line is no JSON object, or longer than may be, or all together are."""


@dataclass
class Body:
    """The parts of a body, to be had once, of which `size` bytes were so far. Raises `InvalidBodyError`."""

    lines: list[bytes]
    window: Window
    size: int = 0

    def __iter__(self) -> Iterator[bytes]:
        mark = b"["
        for start in range(0, len(self.lines), LINES):
            yield self._counted(mark + self._part(self.lines[start : start + LINES]))
            mark = b","
        yield self._counted(b"]")

    def _part(self, lines: list[bytes]) -> bytes:
        if max(map(len, lines)) > LONGEST_LINE:
            raise InvalidBodyError
        part = b",".join(lines)
        try:
            entries: list[Any] = orjson.loads(b"[%b]" % part)
        except orjson.JSONDecodeError:
            raise InvalidBodyError from None
        if len(entries) != len(lines) or set(map(type, entries)) != {dict}:
            raise InvalidBodyError
        stamped = self.window.stamped(lines, [entry.get("timestamp") for entry in entries])
        return part if stamped is lines else b",".join(stamped)

    def _counted(self, part: bytes) -> bytes:
        self.size += len(part)
        if self.size > MOST_BYTES:
            raise InvalidBodyError
        return part
