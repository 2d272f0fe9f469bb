"""How far a segment was delivered: a small file beside it, `00000001.cursor`, that holds `1 <bytes>`.

It is advice, and never the truth. Where it is missing, broken, of a later version, or does not point to the
end of a line, the segment is sent again from its beginning: a record may arrive twice, and none is skipped.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from telemetry_events.delivery.small_file import replace_file
from telemetry_events.journal.folder import segment_name

__all__ = ["NEW", "cursor_number", "read_cursor", "remove_cursor", "write_cursor"]

NEW = ".cursor-new"
_FORM = re.compile(rb"1 ([0-9]{1,18})\n")
_NAME = re.compile(r"([0-9]{8,18})\.cursor")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def _path(folder: Path, number: int) -> Path:
    return (folder / segment_name(number)).with_suffix(".cursor")


def cursor_number(name: str) -> int | None:
    """Return the number of the segment that a file of this name is the cursor of, if it is one."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None


def read_cursor(folder: Path, number: int, segment: int) -> int:
    """Return how many bytes of a segment were delivered. Raises `OSError` for the segment alone."""
    try:
        file = os.open(_path(folder, number), _READ)
    except OSError:
        return 0
    try:
        match = _FORM.fullmatch(os.read(file, 64))
    except OSError:
        return 0
    finally:
        os.close(file)
    offset = int(match[1]) if match else 0
    return offset if offset and os.pread(segment, 1, offset - 1) == b"\n" else 0


def write_cursor(folder: Path, number: int, offset: int) -> None:
    """Say how many bytes of a segment were delivered. Raises `OSError`."""
    path = _path(folder, number)
    replace_file(path, path.with_suffix(NEW), b"1 %d\n" % offset)


def remove_cursor(folder: Path, number: int) -> None:
    """Remove a cursor whose segment is gone."""
    with suppress(OSError):
        _path(folder, number).unlink(missing_ok=True)
