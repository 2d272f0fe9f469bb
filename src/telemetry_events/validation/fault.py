"""What a check finds, and which checks there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["CHECKS", "FINE", "Fault", "Faults", "Problem"]

# Every check by its stable name, and what it finds.
CHECKS = {
    "not-json": "The line is not one JSON object in UTF-8, or has two members of one name.",
    "torn-line": "The last line has no line feed. In a segment that is a note: it is no record.",
    "too-long": "The line is longer than a record may be.",
    "missing-event": "The line has neither an event nor a message.",
    "unknown-event": "The schema has no event of this name; what every record has is checked.",
    "unknown-field": "A member is neither the envelope's, nor the context's, nor the event's.",
    "wrong-name-case": "A member is a field in another spelling, such as `taskId`.",
    "missing-field": "A field that is always printed is not there.",
    "wrong-type": "A value is not of its field's type, out of its range, or no text of its enum.",
    "unredacted": "A value that the schema wants redacted is neither empty nor what redaction leaves.",
    "bad-envelope": "A member of the envelope is of its type, but not as docs/record.md has it.",
    "not-canonical": "The line is not what canonical JSON demands; only with `--canonical`.",
    "duplicate": "A record of the same emitter and number came before.",
    "gap": "Numbers of an emitter are missing between the lowest and the highest that were seen.",
}


class Fault(NamedTuple):
    """What is wrong, and where in its object: `path` as in `branches[1].weight`, empty for the whole.

    `message` says it in words that come from the schema, or name types: never a value.
    """

    check: str
    path: str
    message: str


Faults = Sequence[Fault]
FINE: Faults = ()


@dataclass(frozen=True)
class Problem:
    """A fault with its place: `line` counts from 1, and is 0 for what concerns no line. Its text is one line.

    A note is about something that may be so, and is counted apart.
    """

    file: str
    line: int
    check: str
    message: str
    note: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else ""
        return f"{place}{self.check}: {self.message}{' (a note)' if self.note else ''}"
