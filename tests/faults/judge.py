"""Holds what a producer had accepted against what came out: the laws of delivery."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from faults.oracle import Identity, Oracle, identity_of

__all__ = ["Verdict", "as_accepted", "judge", "noted"]

# What delivery adds to a record that is too old for the intake (docs/delivery.md).
_STAMP = re.compile(rb'"timestamp":"[^"]*","event_time":("[^"]*")')


@dataclass
class Verdict:
    """What the laws say of one run, or of several that were added up."""

    accepted: int = 0
    delivered: int = 0
    quarantined: int = 0
    waiting: int = 0
    duplicates: int = 0
    lost: set[Identity] = field(default_factory=set)
    changed: set[Identity] = field(default_factory=set)
    invented: set[Identity] = field(default_factory=set)

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.accepted + other.accepted,
            self.delivered + other.delivered,
            self.quarantined + other.quarantined,
            self.waiting + other.waiting,
            self.duplicates + other.duplicates,
            self.lost | other.lost,
            self.changed | other.changed,
            self.invented | other.invented,
        )

    def __str__(self) -> str:
        return (
            f"accepted: {self.accepted}, delivered: {self.delivered}, duplicates: {self.duplicates}, "
            f"quarantined: {self.quarantined}, waiting: {self.waiting}, "
            f"lost: {len(self.lost)}, changed: {len(self.changed)}, invented: {len(self.invented)}"
        )

    def hold(self) -> "Verdict":
        """Assert conservation, integrity and no invention."""
        assert not self.lost, f"lost: {sorted(self.lost)[:5]} of {len(self.lost)}"
        assert not self.changed, f"changed: {sorted(self.changed)[:5]}"
        assert not self.invented, f"invented: {sorted(self.invented)[:5]}"
        return self


def noted(*files: Path) -> dict[Identity, bytes]:
    """Return the lines that producers have noted, each after its call had returned, by their identity."""
    lines = [line for file in files for line in file.read_bytes().split(b"\n")[:-1]]
    found = {identity_of(line): line for line in lines}
    assert len(found) == len(lines), "noted twice"
    return found


def as_accepted(line: bytes) -> bytes:
    """Return a line as it was before it was stamped anew for the intake."""
    return _STAMP.sub(rb'"timestamp":\1', line, count=1)


def judge(accepted: dict[Identity, bytes], oracle: Oracle, directory: Path, *, in_flight: int = 0) -> Verdict:
    """Judge what has become of accepted lines.

    They are at the oracle, in quarantine, or still in a journal below `directory`. A producer that was killed
    may have written some that it could not note: as many as were `in_flight`.
    """
    assert not oracle.faults, oracle.faults
    held = _lines(directory.glob("quarantine/*/*"))
    waiting = _lines(directory.glob("*/[0-9]*.jsonl"))
    delivered = oracle.lines
    found = delivered.keys() | held.keys() | waiting.keys()
    unknown = found - accepted.keys()
    copies = {
        **{identity: as_accepted(line) for identity, line in delivered.items()},
        **waiting,
        **held,
    }
    return Verdict(
        accepted=len(accepted),
        delivered=len(delivered),
        quarantined=len(held),
        waiting=len(waiting.keys() - delivered.keys() - held.keys()),
        duplicates=oracle.duplicates,
        lost=accepted.keys() - found,
        changed={each for each, line in accepted.items() if copies.get(each, line) != line},
        invented=unknown if len(unknown) > in_flight else set(),
    )


def _lines(files: Iterable[Path]) -> dict[Identity, bytes]:
    found: dict[Identity, bytes] = {}
    for file in files:
        for line in file.read_bytes().split(b"\n")[:-1]:
            found[identity_of(line)] = line
    return found
