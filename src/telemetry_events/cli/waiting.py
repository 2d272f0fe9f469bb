"""What waits in a directory of journals to be delivered, found by reading alone."""

import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from telemetry_events.cli.entry import read_entry
from telemetry_events.delivery.cursor import find_cursors, heeded
from telemetry_events.journal.folder import segment_name, segment_number

__all__ = ["Emitter", "Journals", "Part", "find_journals", "misplaced"]

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_BLOCK = 2**20
# What may lie beside journals, and is not an emitter's folder: delivery's own.
_OWN = ("quarantine",)
# What tells of a symbolic link, and of what is neither file nor link.
_NO_FILE = (errno.ELOOP, errno.ENXIO)


@dataclass(frozen=True, slots=True)
class Part:
    """What waits in one segment: `records` lines, which end before the byte `end`.

    `since` is when the first of them was made, in seconds of Unix time.
    """

    number: int
    start: int
    end: int
    records: int
    since: float


@dataclass(frozen=True, slots=True)
class Emitter:
    """An emitter's folder: how many segments it has, and what waits in them."""

    folder: Path
    segments: int
    parts: list[Part]

    @property
    def records(self) -> int:
        """How many records wait."""
        return sum(part.records for part in self.parts)

    @property
    def bytes(self) -> int:
        """How many bytes they have, with their line feeds."""
        return sum(part.end - part.start for part in self.parts)

    @property
    def since(self) -> float:
        """When the oldest of them was made, in seconds of Unix time; an infinity if none waits."""
        return min((part.since for part in self.parts), default=float("inf"))

    def left(self) -> int:
        """Return how many bytes of what waited then wait still. What cannot be seen any more does."""
        try:
            names = _names(self.folder)
        except FileNotFoundError:  # all was delivered, and deleted
            return 0
        except OSError:
            return self.bytes
        numbers, cursors = set(map(segment_number, names)), find_cursors(names)
        parts = [part for part in self.parts if part.number in numbers]
        return sum(max(0, part.end - max(part.start, cursors.get(part.number, 0))) for part in parts)

    def again(self) -> "Emitter":
        """Return what of this waits still. What cannot be read any more does."""
        try:
            cursors = find_cursors(_names(self.folder))
        except FileNotFoundError:
            cursors = {}
        except OSError:
            return self
        parts = [_again(self.folder, part, cursors.get(part.number, 0)) for part in self.parts]
        return Emitter(self.folder, self.segments, [part for part in parts if part.records])


@dataclass(slots=True)
class Journals:
    """What a directory holds: emitters' folders, what cannot be read, and how much else there is."""

    emitters: list[Emitter] = field(default_factory=list[Emitter])
    unreadable: list[str] = field(default_factory=list[str])
    skipped: int = 0

    @property
    def records(self) -> int:
        """How many records wait."""
        return sum(emitter.records for emitter in self.emitters)

    @property
    def bytes(self) -> int:
        """How many bytes they have."""
        return sum(emitter.bytes for emitter in self.emitters)

    @property
    def since(self) -> float:
        """When the oldest of them was made, in seconds of Unix time; an infinity if none waits."""
        return min((emitter.since for emitter in self.emitters), default=float("inf"))


def find_journals(directory: Path) -> Journals:
    """Return what a directory holds now. Raises `OSError` if it cannot be read itself.

    What vanishes meanwhile, as what was delivered does, is not there.
    """
    found = Journals()
    with os.scandir(directory) as entries:
        paths = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_folder in paths:
        if is_folder and name not in _OWN:
            _look(directory / name, found)
        elif not is_folder and not name.startswith("shipper-"):
            found.skipped += 1
    return found


def misplaced(directory: Path) -> str:
    """Return what is wrong with a directory without journals that are one level up or down; else nothing."""
    with suppress(OSError):
        if any(segment_number(path.name) is not None for path in directory.iterdir()):
            return "is an emitter's folder; name the directory that it lies in"
        for path in directory.glob("*/*/*.jsonl"):
            if segment_number(path.name) is not None:
                return f"has no journals, but {path.parents[1]} has; name that"
    return ""


def _look(folder: Path, found: Journals) -> None:
    try:
        names = _names(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        found.unreadable.append(f"{folder}: {error.strerror}")
        return
    numbers = sorted(number for name in names if (number := segment_number(name)) is not None)
    cursors = find_cursors(names)
    if not numbers and "lock" not in names and not cursors:
        found.skipped += 1
        return
    parts: list[Part] = []
    for number in numbers:
        try:
            part = _part(folder, number, cursors.get(number, 0))
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in _NO_FILE:
                found.skipped += 1
            else:
                found.unreadable.append(f"{folder / segment_name(number)}: {error.strerror}")
            continue
        if part.records:
            parts.append(part)
    found.emitters.append(Emitter(folder, len(numbers), parts))


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _part(folder: Path, number: int, cursor: int, most: int = 2**63) -> Part:
    """Return what waits in the first `most` bytes of a segment. Raises `OSError`."""
    file = os.open(folder / segment_name(number), _READ)
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.ENXIO, "not a file")
        size = min(about.st_size, most)
        start = end = offset = min(heeded(cursor, file), size)
        records, first = 0, b""
        while offset < size and (block := os.pread(file, min(_BLOCK, size - offset), offset)):
            first = first or block[: block.find(b"\n") + 1]
            if lines := block.count(b"\n"):
                records += lines
                end = offset + block.rfind(b"\n") + 1
            offset += len(block)
    finally:
        os.close(file)
    return Part(number, start, end, records, _time(first, about.st_mtime))


def _time(line: bytes, otherwise: float) -> float:
    """Return when a record was made; the other time if it does not say so."""
    with suppress(ValueError):
        return datetime.fromisoformat(read_entry(line).time).timestamp()
    return otherwise


def _again(folder: Path, part: Part, cursor: int) -> Part:
    try:
        return _part(folder, part.number, cursor, part.end)
    except FileNotFoundError:
        return Part(part.number, part.end, part.end, 0, part.since)
    except OSError:
        return part
