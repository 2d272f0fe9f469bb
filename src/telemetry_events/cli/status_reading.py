"""What `status` finds in a directory, and what of it is worth an alarm."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from telemetry_events.cli.lock_holder import is_locked
from telemetry_events.cli.shipper_files import ShipperFile, read_shippers
from telemetry_events.cli.waiting import Emitter, Journals, find_journals
from telemetry_events.delivery.claim import CLAIM
from telemetry_events.journal.folder import is_alive

__all__ = ["EmitterState", "QuarantineState", "Status", "read_status"]

_BLOCK = 2**20
# No link is followed, and no pipe waited for.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True)
class EmitterState:
    """An emitter's folder. `is_alive` and `is_claimed` are nothing where nobody can say."""

    waiting: Emitter
    is_alive: bool | None
    is_claimed: bool | None

    def age(self, now: float) -> float:
        """Return how old the oldest record is that waits, in seconds; 0 if none does."""
        return _age(self.waiting.since, now)


@dataclass
class QuarantineState:
    """What was set aside: how many bytes, and how many records for each reason."""

    bytes: int = 0
    records: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True)
class Status:
    """A directory at the moment `now`, in seconds of Unix time."""

    directory: Path
    now: float
    journals: Journals
    shippers: list[ShipperFile]
    emitters: list[EmitterState]
    quarantine: QuarantineState
    skipped: int

    @property
    def lag(self) -> float:
        """How old the oldest record is that waits, in seconds; 0 if none does."""
        return _age(self.journals.since, self.now)

    def alarms(self, max_lag: float | None) -> Iterator[str]:
        """Yield what somebody should look at."""
        if count := self.quarantine.records.total():
            yield f"{count} {'record is' if count == 1 else 'records are'} in quarantine"
        for state in sorted({each.counters.state for each in self._latest() if each.is_held}):
            yield f"delivery is {state}"
        if max_lag is not None and self.lag > max_lag:
            yield f"a record waits for {self.lag:.0f} s, more than {max_lag:g}"

    def _latest(self) -> list[ShipperFile]:
        """Return the shippers that run. If something waits and none does, the one that has run last."""
        running = [each for each in self.shippers if each.is_running]
        return running or (self.shippers[:1] if self.journals.records else [])

    def as_json(self, alarms: list[str]) -> dict[str, Any]:
        """Return it as docs/command-line.md has it."""
        return {
            "directory": str(self.directory),
            "alarms": alarms,
            "bytes": self.journals.bytes,
            "records": self.journals.records,
            "lag": round(self.lag, 3),
            "shippers": [_shipper_as_json(each) for each in self.shippers],
            "emitters": [
                {
                    "folder": each.waiting.folder.name,
                    "is_alive": each.is_alive,
                    "is_claimed": each.is_claimed,
                    "segments": each.waiting.segments,
                    "bytes": each.waiting.bytes,
                    "records": each.waiting.records,
                    "lag": round(each.age(self.now), 3),
                }
                for each in self.emitters
            ],
            "quarantine": {
                "bytes": self.quarantine.bytes,
                "records": self.quarantine.records.total(),
                "reasons": dict(self.quarantine.records),
            },
            "unreadable": self.journals.unreadable,
            "skipped": self.skipped,
        }


def read_status(directory: Path, now: float) -> Status:
    """Return the status of a directory. Reads, and changes nothing. Raises `OSError` if it cannot be read."""
    journals = find_journals(directory)
    shippers, strange = read_shippers(directory, now)
    emitters = [
        EmitterState(
            each,
            # Not that of a path, which raises where one may not look.
            is_alive(each.folder) if os.path.isfile(each.folder / "lock") else None,  # noqa: PTH113
            is_locked(each.folder / CLAIM),
        )
        for each in journals.emitters
    ]
    quarantine = _quarantine(directory / "quarantine", journals)
    return Status(directory, now, journals, shippers, emitters, quarantine, journals.skipped + strange)


def _quarantine(folder: Path, journals: Journals) -> QuarantineState:
    found = QuarantineState()

    def unreadable(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            journals.unreadable.append(f"{error.filename}: {error.strerror}")

    for reason, _, names in os.walk(folder, onerror=unreadable):
        for path in (Path(reason, name) for name in sorted(names)):
            try:
                count, size = _lines(path)
            except OSError as error:
                unreadable(error)
                continue
            found.bytes += size
            found.records[path.parent.name] += count
    return found


def _lines(path: Path) -> tuple[int, int]:
    """Return how many lines and how many bytes a file has. Raises `OSError`."""
    count, size, end = 0, 0, b"\n"
    file = os.open(path, _READ)
    try:
        while block := os.read(file, _BLOCK):
            count += block.count(b"\n")
            size += len(block)
            end = block[-1:]
    finally:
        os.close(file)
    return count + (end != b"\n"), size


def _shipper_as_json(shipper: ShipperFile) -> dict[str, Any]:
    members = asdict(shipper)
    counters = members.pop("counters")
    return {**members, **counters}


def _age(since: float, now: float) -> float:
    return 0.0 if since == float("inf") else max(now - since, 0.0)
