"""Finds the emitters' folders below a directory, again and again, at little cost (docs/record.md, 8)."""

# Paths are texts here: there may be ten thousand to look at, every second.
# ruff: noqa: PTH116

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import time_ns

from telemetry_events.validation.lines import segment_number

__all__ = ["Tree", "sorted_segments"]

# A folder that was changed longer ago than this when it was listed has nothing in it that was not seen:
# times of change are as coarse as a file system makes them, some to two seconds.
SETTLED_NS = 3_000_000_000

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Listing:
    """What a folder held: the folders in it, and the names of its segments in their order."""

    changed_ns: int
    settled: bool
    folders: tuple[str, ...]
    segments: tuple[str, ...]


class Tree:
    """A directory with journals below it. Only folders that were changed are listed again."""

    def __init__(self, root: str, say: Say) -> None:
        self._root = root
        self._say = say
        self._listings: dict[str, _Listing] = {}

    def look(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each folder that holds segments now, with their names in their order."""
        listings: dict[str, _Listing] = {}
        waiting = [self._root]
        while waiting:
            folder = waiting.pop()
            try:
                listing = self._listing(folder)
            except FileNotFoundError:  # it has just been removed
                continue
            except OSError as error:
                self._say(f"{folder}: {error.strerror}")
                continue
            listings[folder] = listing
            waiting += listing.folders
            if listing.segments:
                yield folder, listing.segments
        self._listings = listings

    def _listing(self, folder: str) -> _Listing:
        changed_ns = os.stat(folder).st_mtime_ns
        known = self._listings.get(folder)
        if known is not None and known.settled and known.changed_ns == changed_ns:
            return known
        settled = changed_ns < time_ns() - SETTLED_NS
        with os.scandir(folder) as entries:
            found = list(entries)
        return _Listing(
            changed_ns,
            settled,
            tuple(entry.path for entry in found if entry.is_dir(follow_symlinks=False)),
            sorted_segments(entry.name for entry in found),
        )


def sorted_segments(names: Iterator[str]) -> tuple[str, ...]:
    """Return those names that are segments', in the order of their numbers."""
    found = sorted((number, name) for name in names if (number := segment_number(name)) is not None)
    return tuple(name for _, name in found)
