"""The records of a journal as texts, for those who read no journal."""

from itertools import islice
from pathlib import Path

import orjson

# What an item of Datadog's has members of its own for, and so need not be in its message.
_OF_ITEM = {"ddsource", "ddtags", "hostname", "message", "service"}


def texts(journal: Path, count: int) -> list[str]:
    """Return what is to be in the messages of the first so many records: the event, its number and time."""
    segments = sorted(journal.glob("*/*.jsonl"))
    lines = (line for segment in segments for line in segment.read_bytes().splitlines())
    return [_text(orjson.loads(line)) for line in islice(lines, count)]


def _text(record: dict[str, object]) -> str:
    return orjson.dumps({name: value for name, value in record.items() if name not in _OF_ITEM}).decode()
