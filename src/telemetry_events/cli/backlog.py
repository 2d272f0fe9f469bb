"""What is there before anything new comes: all of it, or the last of it, in the order of time."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappush, heappushpop, merge
from itertools import islice

from telemetry_events.cli.entry import Entry, Filter, entries
from telemetry_events.cli.stream import Stream

__all__ = ["all_of", "last_of", "merged"]

# Later than every record: the time of lines without one that stand at a stream's end.
END_OF_TIME = "~"


def merged(streams: Iterable[Iterator[Entry]]) -> Iterator[Entry]:
    """Merge streams by the times of their entries; each stays in its own order."""
    return merge(*streams, key=lambda entry: entry.time)


def all_of(streams: Sequence[Stream], wanted: Filter) -> Iterator[Entry]:
    """Yield what is wanted of the new lines of streams."""
    return filter(wanted.wants, merged([entries(stream.new_lines()) for stream in streams]))


def last_of(streams: Sequence[Stream], count: int, wanted: Filter) -> Sequence[Entry]:
    """Leave behind what is there, and return the last of what is wanted of it, `count` entries or fewer.

    Streams are read from their ends, and no further than to where all is older than what others have:
    a journal of ten thousand segments costs no more than its last ones.
    """
    latest: list[str] = []  # a heap of the times of the `count` latest entries
    found: list[list[Entry]] = []
    backwards = [(stream.from_end(), stream) for stream in streams]
    for lines, _ in sorted(backwards, key=lambda pair: -pair[1].changed):
        kept: list[Entry] = []
        for entry in islice(entries(lines, END_OF_TIME), None if count else 0):
            if entry.time < wanted.since or (len(latest) == count and entry.time < latest[0]):
                break
            if not wanted.wants(entry):
                continue
            kept.append(entry)
            if len(latest) < count:
                heappush(latest, entry.time)
            else:
                heappushpop(latest, entry.time)
            if len(kept) == count:
                break
        found.append(kept[::-1])
    # The sort is stable: entries of one time stay in the order of their stream.
    return list(merged(map(iter, found)))[-count:] if count else []
