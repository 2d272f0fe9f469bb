"""What was written, and what has arrived: compared line by line, and counted for the report at the end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from journal.reading import read

__all__ = ["TALLIES", "Tally", "compare"]


@dataclass(frozen=True)
class Tally:
    """How many lines were written, have arrived, have not, and have arrived again."""

    what: str
    written: int
    read: int
    lost: int
    again: int


TALLIES: list[Tally] = []


def compare(what: str, journals: Path, arrived: Iterable[str]) -> Tally:
    """Hold the lines that have arrived against those that the journals have, and note the outcome.

    Fails for a line that was not written like that.
    """
    written = Counter(line.raw.removesuffix(b"\n").decode() for line in read(journals).hold().lines)
    found = Counter(arrived)
    tally = Tally(what, written.total(), len(found), (written - found).total(), found.total() - len(found))
    TALLIES.append(tally)
    strange = found.keys() - written.keys()
    assert not strange, f"{len(strange)} were not written like that, such as {min(strange, key=len)[:2000]}"
    return tally
