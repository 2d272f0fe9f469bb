"""Proves that a file of records holds what was logged."""

from pathlib import Path

import orjson


def lines(path: Path) -> int:
    """Return the number of lines of a file; raise `ValueError` for one that is no JSON object."""
    number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n") or type(orjson.loads(line)) is not dict:
                raise ValueError(f"{path}: line {number} is no record")
    return number
