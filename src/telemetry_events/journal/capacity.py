"""How much a journal may hold, and what makes room when it holds that much."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telemetry_events.journal.disk import Disk
from telemetry_events.journal.folder import TO_DELIVER, is_alive, segment_number
from telemetry_events.v1 import TelemetryDropReason

__all__ = ["Capacity"]

# A file takes whole blocks, so a thousand small ones take more than their bytes.
_BLOCK = 4096
_MAX_FLOOR = 512 * 2**20


@dataclass(frozen=True, slots=True, order=True)
class _Segment:
    modified_ns: int
    folder: Path
    number: int
    name: str
    size: int


@dataclass(frozen=True)
class Capacity:
    """The room that the journals under one directory share, those of other processes too.

    `size` is what they may hold together, in bytes. A free-space floor comes with it: a twentieth of
    the file system, at most 512 MiB, is left to others. Where the journal is the events' destination,
    the oldest segments go first, as with any rotated log, and each living process has one at least; while
    they are still `to_deliver`, none goes, nor does one of another emitter of which that is so.
    """

    root: Path
    size: int
    to_deliver: bool
    disk: Disk

    def refusal(self, wanted: int) -> TelemetryDropReason | None:
        """Return why there is no room for `wanted` bytes more, having made some if that is allowed."""
        segments = sorted(self._segments())
        free, total = self.disk.free(self.root)
        too_many = sum(each.size for each in segments) + wanted - self.size
        too_few = min(_MAX_FLOOR, total // 20) - free
        if self.to_deliver and too_few > 0:
            return TelemetryDropReason.DISK_FULL
        if self.to_deliver and too_many > 0:
            return TelemetryDropReason.JOURNAL_FULL
        closed = list(_closed(segments)) if too_many > 0 or too_few > 0 else []
        if too_few > 0 and (self.to_deliver or too_few > sum(each.size for each in closed)):
            # What others hold cannot be cured by what we delete.
            return TelemetryDropReason.DISK_FULL
        lacking = max(too_many, too_few)
        for each in closed:
            if lacking > 0:
                _remove(each)
                lacking -= each.size
        return None

    def _segments(self) -> Iterator[_Segment]:
        for folder in _entries(self.root):
            for entry in _entries(folder.path) if folder.is_dir(follow_symlinks=False) else ():
                number = segment_number(entry.name)
                if number is not None:
                    try:
                        found = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:  # another process made room
                        continue
                    size = -(-found.st_size // _BLOCK) * _BLOCK
                    yield _Segment(found.st_mtime_ns, Path(folder.path), number, entry.name, size)


def _closed(segments: list[_Segment]) -> Iterator[_Segment]:
    """Give those that may go, as nobody appends to them: all but the last of each process that lives."""
    last: dict[Path, int] = {}
    for each in segments:
        last[each.folder] = max(each.number, last.get(each.folder, 0))
    to_deliver = {folder for folder in last if (folder / TO_DELIVER).exists()}
    for each in segments:
        is_closed = each.number < last[each.folder] or not is_alive(each.folder)
        if is_closed and each.folder not in to_deliver:
            yield each


def _entries(folder: str | Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _remove(segment: _Segment) -> None:
    """Delete a segment, and with the last one the folder that its dead process has left."""
    folder = segment.folder
    with suppress(OSError):  # another process may have been faster
        (folder / segment.name).unlink(missing_ok=True)
        if [entry.name for entry in _entries(folder)] == ["lock"]:
            (folder / "lock").unlink(missing_ok=True)
            folder.rmdir()
