"""Reads a journal's directory back, and holds it against docs/record.md."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

__all__ = ["Found", "Line", "read"]


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line, and where it stands."""

    folder: Path
    segment: int
    raw: bytes
    members: dict[str, Any]

    @property
    def path(self) -> Path:
        """The segment that it stands in."""
        return self.folder / f"{self.segment:08d}.jsonl"

    @property
    def identity(self) -> tuple[str, int]:
        """The record's identity for ever (5.3)."""
        return self.members["emitter"], self.members["seq"]

    @property
    def batch(self) -> tuple[str, int] | None:
        """What the tests' own events count: by whom, and the number."""
        if self.members["message"] != "batch_progress":
            return None
        return self.members["protocol_name"], self.members["batch_number"]


@dataclass
class Found:
    """All whole lines of a directory, each folder's in its segments' order, and what is no whole line."""

    lines: list[Line] = field(default_factory=list)
    torn: dict[Path, bytes] = field(default_factory=dict)

    @property
    def emitters(self) -> set[str]:
        """Those that have a line."""
        return {line.members["emitter"] for line in self.lines}

    @property
    def batches(self) -> Counter[tuple[str, int]]:
        """How often each of the tests' own events is there."""
        return Counter(line.batch for line in self.lines if line.batch)

    @property
    def dropped(self) -> dict[str, int]:
        """How many records each emitter says it refused."""
        counts: dict[str, int] = defaultdict(int)
        for line in self.lines:
            if line.members["message"] == "telemetry_dropped":
                counts[line.members["emitter"]] += line.members["dropped_count"]
        return dict(counts)

    @property
    def missing(self) -> dict[str, int]:
        """How many numbers below its highest each emitter has no line of."""
        numbers: dict[str, set[int]] = defaultdict(set)
        for emitter, seq in {line.identity for line in self.lines}:
            numbers[emitter].add(seq)
        return {emitter: gap for emitter, seen in numbers.items() if (gap := max(seen) - len(seen))}

    def hold(self, *, ordered: bool = True, once: bool = True) -> "Found":
        """Assert that no record is there twice, and that lines stand in order, in their emitter's folder."""
        last: dict[str, int] = defaultdict(int)
        for line in self.lines:
            emitter, seq = line.identity
            assert line.folder.name.endswith(f"-{emitter}"), line.folder
            assert not ordered or seq > last[emitter], f"{emitter}: {seq} stands behind {last[emitter]}"
            last[emitter] = seq
        if once:
            twice = [
                each for each, times in Counter(line.identity for line in self.lines).items() if times > 1
            ]
            assert not twice, f"there more than once: {twice[:5]}"
        return self


def read(directory: Path) -> Found:
    """Read all segments below a directory. Fails for a line that ends with a line feed and is no record."""
    found = Found()
    for path in sorted(directory.glob("*/*.jsonl"), key=lambda each: (each.parent.name, int(each.stem))):
        *whole, rest = path.read_bytes().split(b"\n")
        if rest:
            found.torn[path] = rest
        for raw in whole:
            try:
                members = orjson.loads(raw)
            except orjson.JSONDecodeError:
                raise AssertionError(f"{path.name}: torn in the middle: {raw!r}") from None
            found.lines.append(Line(path.parent, int(path.stem), raw + b"\n", members))
    return found
