"""Reads whole lines out of files that grow, forwards and backwards. Offsets and sizes are in bytes.

A file is what reads `count` bytes of it at an `offset`: as many as there are, none beyond its end.
"""

from collections.abc import Callable, Iterator

__all__ = ["Read", "last_line_end", "lines_backwards", "lines_forwards"]

BLOCK = 1 << 16

Read = Callable[[int, int], bytes]


def last_line_end(read: Read, start: int, size: int) -> int:
    """Return where the last line ends of those between `start` and `size`; `start` where none does."""
    end = size
    while end > start:
        begin = max(start, end - BLOCK)
        found = read(begin, end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return start


def lines_forwards(read: Read, start: int, end: int) -> Iterator[bytes]:
    """Yield the lines that begin at `start` and end before `end`, without their line feeds."""
    begun: list[bytes] = []
    while start < end and (block := read(start, min(BLOCK, end - start))):
        start += len(block)
        first, *others = block.split(b"\n")
        begun.append(first)
        if others:
            yield b"".join(begun)
            yield from others[:-1]
            begun = [others[-1]]


def lines_backwards(read: Read, end: int) -> Iterator[bytes]:
    """Yield the lines before `end`, where one ends, without their line feeds, the last one first."""
    begun: list[bytes] = []
    end -= 1  # the last line's line feed
    while end > 0 and (block := read(end - min(BLOCK, end), min(BLOCK, end))):
        end -= len(block)
        *others, last = block.split(b"\n")
        begun.append(last)
        if others:
            yield b"".join(reversed(begun))
            yield from reversed(others[1:])
            begun = [others[0]]
    if end == 0:
        yield b"".join(reversed(begun))
