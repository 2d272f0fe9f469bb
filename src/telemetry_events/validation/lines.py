"""Reads lines block by block: of a file, of standard input, of a gzip, of the segments of a journal."""

import gzip
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import cast

from telemetry_events.errors import TelemetryError

__all__ = ["LONGEST", "LineFile", "find_segments", "read_lines", "segment_number"]

# Bytes. A line that is longer than the second is read past, so that no memory need hold it.
BLOCK = 1 << 20
LONGEST = 16 << 20

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_segment = re.compile(r"([0-9]{8,18})\.jsonl").fullmatch


def segment_number(name: str) -> int | None:
    """Return the number of the segment that a file's name is of, if it is (docs/record.md, 8.2)."""
    match = _segment(name)
    return int(match[1]) if match else None


@dataclass(frozen=True)
class LineFile:
    """A file to read. Its name `-` is standard input; `listed` says that it was found in a folder.

    What was found in a folder may vanish before it is read, as a journal's oldest segments do.
    """

    path: Path
    listed: bool = False

    @property
    def name(self) -> str:
        """The path as it was given, or `-`."""
        return str(self.path)

    @property
    def is_segment(self) -> bool:
        """Whether it is a segment of a journal, by its name: what follows its last line feed is no record."""
        return segment_number(self.path.name) is not None

    @property
    def size(self) -> int | None:
        """How many bytes there are to read; nothing where that is not known."""
        if self.name == "-":
            return None
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None


def find_segments(directory: Path, on_error: Callable[[TelemetryError], None]) -> list[LineFile]:
    """Return the segments below a folder, each emitter's in their order.

    `on_error` is told of a folder that cannot be read, and where there is no segment at all.
    """

    def unreadable(error: OSError) -> None:
        on_error(TelemetryError(f"{error.filename}: {error.strerror}"))

    found = sorted(
        (folder, number, name)
        for folder, _, names in os.walk(directory, onerror=unreadable)
        for name in names
        if (number := segment_number(name)) is not None
    )
    if not found:
        on_error(TelemetryError(f"{directory}: no segment of a journal, NNNNNNNN.jsonl, in this folder"))
    return [LineFile(Path(folder, name), listed=True) for folder, _, name in found]


def read_lines(file: LineFile, on_read: Callable[[int], None]) -> Iterator[tuple[list[bytes], bool]]:
    """Yield the lines of a file, without their line feeds, a block of them at a time.

    The second of each pair says that the lines are one, which ends without a line feed. A line longer
    than `LONGEST` is cut somewhere beyond it. `on_read` is told how many bytes of the file were read
    since. Raises `TelemetryError` for what cannot be read, or is no text.
    """
    try:
        with _open(file) as raw:
            stream, tells = raw, file.size is not None
            magic = raw.peek(4)[:4]
            if magic == _ZSTD:
                raise TelemetryError(f"{file.name}: compressed by zstd; pipe it through `zstd -dc`")
            if magic[:2] == _GZIP:
                stream = BufferedReader(cast("BufferedReader", gzip.GzipFile(fileobj=raw)), BLOCK)
            head = stream.peek(1)[:8192]
            if b"\0" in head and not head.lstrip().startswith(b"{") and not file.listed:
                raise TelemetryError(f"{file.name}: a binary file")
            begun, told = b"", 0
            while block := stream.read1(BLOCK):
                if tells:
                    on_read(raw.tell() - told)
                    told = raw.tell()
                lines = block.split(b"\n")
                rest = lines.pop()
                if lines:
                    lines[0] = begun + lines[0]
                    yield lines, False
                    begun = rest
                elif len(begun) <= LONGEST:
                    begun += block
            if begun:
                yield [begun], True
    except FileNotFoundError:
        if not file.listed:
            raise TelemetryError(f"{file.name}: No such file or directory") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise TelemetryError(f"{file.name}: the gzip is damaged") from None
    except OSError as error:
        raise TelemetryError(f"{file.name}: {error.strerror}") from None


def _open(file: LineFile) -> BufferedReader:
    if file.name == "-":
        return open(0, "rb", closefd=False)
    return file.path.open("rb")
