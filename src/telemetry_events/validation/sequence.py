"""The checks `duplicate` and `gap`: which numbers of each emitter were seen (docs/record.md, section 5).

What is remembered of an emitter are the ranges of its numbers, one where none is missing, and of all
records together the hashes of the latest million: so memory does not grow with the number of lines.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator

from telemetry_events.validation.fault import Fault

__all__ = ["Sequences"]

# How many records back the bytes of two can be compared. Its two arrays take 16 MiB.
WINDOW = 2**20
# How many ranges the line about an emitter names.
SHOWN_RANGES = 20

_emitter = re.compile("[a-z2-7]{16}").fullmatch


class _Numbers:
    """The numbers of one emitter that were seen, as ranges that do not touch, in their order."""

    __slots__ = ("dropped", "first", "last", "place")

    def __init__(self, place: int) -> None:
        self.first = array("q")
        self.last = array("q")
        self.dropped = 0
        self.place = place

    def add(self, number: int) -> bool:
        """Take up a number; return whether it is new."""
        at = bisect_right(self.first, number)  # the ranges before `at` begin at the number or before it
        if at and number <= self.last[at - 1]:
            return False
        after_one = at > 0 and self.last[at - 1] == number - 1
        before_one = at < len(self.first) and self.first[at] == number + 1
        if after_one and before_one:
            self.last[at - 1] = self.last[at]
            del self.first[at], self.last[at]
        elif after_one:
            self.last[at - 1] = number
        elif before_one:
            self.first[at] = number
        else:
            self.first.insert(at, number)
            self.last.insert(at, number)
        return True

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last number of each gap between those that were seen."""
        for at in range(1, len(self.first)):
            yield self.last[at - 1] + 1, self.first[at] - 1


class Sequences:
    """The numbers of every emitter that were seen."""

    def __init__(self) -> None:
        self._emitters: dict[str, _Numbers] = {}
        # The hash of a record's bytes, and that of its identity, at a place that follows from the latter.
        self._bytes = array("q", bytes(8 * WINDOW))
        self._identity = array("q", bytes(8 * WINDOW))

    def add(self, emitter: str, seq: int, fingerprint: int) -> Fault | None:
        """Take up a record, of whose bytes `fingerprint` is a hash; return the fault that it came before.

        An emitter that is none is left alone: it is a fault of its own, and may hold anything.
        """
        numbers = self._emitters.get(emitter)
        if numbers is None:
            if not _emitter(emitter):
                return None
            numbers = self._emitters[emitter] = _Numbers(hash(emitter))
        place = numbers.place + seq & WINDOW - 1
        identity = numbers.place ^ seq
        last = numbers.last
        if last and last[-1] == seq - 1:
            last[-1] = seq
        elif not numbers.add(seq):
            return Fault("duplicate", "", self._repeat(emitter, seq, place, identity, fingerprint))
        self._bytes[place] = fingerprint
        self._identity[place] = identity
        return None

    def add_dropped(self, emitter: str, count: object) -> None:
        """Take up that an emitter told of so many records that it refused, if it did."""
        if emitter in self._emitters and isinstance(count, (int, float)) and count > 0:
            self._emitters[emitter].dropped += int(count)

    def gaps(self) -> Iterator[Fault]:
        """Yield a fault for each emitter of which numbers are missing between the first and the last seen.

        What came before the first may have been delivered, or removed for want of room, and is no gap.
        """
        for emitter, numbers in self._emitters.items():
            ranges = [_range(*gap) for _, gap in zip(range(SHOWN_RANGES), numbers.gaps(), strict=False)]
            if not ranges:
                continue
            missing = sum(last - first + 1 for first, last in numbers.gaps())
            more = len(numbers.first) - 1 - len(ranges)
            listed = ", ".join(ranges) + (f" and {more} more ranges" if more else "")
            told = f"; telemetry_dropped tells of {numbers.dropped}" if numbers.dropped else ""
            count = f"{missing} record{'' if missing == 1 else 's'}"
            yield Fault("gap", "", f"emitter {emitter}: seq {listed} missing ({count}{told})")

    def _repeat(self, emitter: str, seq: int, place: int, identity: int, fingerprint: int) -> str:
        what = f"emitter {emitter}, seq {seq} came before"
        if self._identity[place] != identity:
            return f"{what}, too far back to compare the bytes"
        return f"{what} with {'the same' if self._bytes[place] == fingerprint else 'other'} bytes"


def _range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"
