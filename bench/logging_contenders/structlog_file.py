"""structlog to a file without a buffer: each record is one write."""

from pathlib import Path

from logging_contenders import Contender
from logging_contenders.lines import lines
from logging_contenders.structlog_fast import sites


def contender(folder: Path) -> Contender:
    """Return the calls that pass the fields as keywords."""
    path = folder / "records.jsonl"
    file = path.open("ab", buffering=0)

    def finish() -> int:
        file.close()
        return lines(path)

    return Contender(sites(file), finish)
