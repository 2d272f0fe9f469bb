"""How far a segment was delivered: an empty file beside it, whose name says so, `00000001-385011.cursor`.

A rename moves it: in one step, with nothing to write that a crash could tear or a full disk refuse.

It is advice, and never the truth. Where it is missing, or does not point to the end of a line, the segment is
sent again from its beginning: a record may arrive twice, and none is skipped.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["cursor_number", "find_cursors", "heeded", "move_cursor", "remove_cursor"]

_NAME = re.compile(r"([0-9]{8,18})-(0|[1-9][0-9]{0,17})\.cursor")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def _path(folder: Path, number: int, offset: int) -> Path:
    return folder / f"{number:08d}-{offset}.cursor"


def cursor_number(name: str) -> int | None:
    """Return the number of the segment that a file of this name is a cursor of, if it is one."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None


def find_cursors(names: Iterable[str]) -> dict[int, int]:
    """Return what cursors say, by the numbers of their segments; of several for one, the least."""
    found: dict[int, int] = {}
    for match in filter(None, map(_NAME.fullmatch, names)):
        number, offset = int(match[1]), int(match[2])
        found[number] = min(offset, found.get(number, offset))
    return found


def heeded(offset: int, segment: int) -> int:
    """Return what a cursor says of an open segment, or 0 if no line ends there. Raises `OSError`."""
    return offset if offset and os.pread(segment, 1, offset - 1) == b"\n" else 0


def move_cursor(folder: Path, number: int, old: int | None, new: int) -> None:
    """Say how many bytes of a segment were delivered, where it has said `old`. Raises `OSError`."""
    path = _path(folder, number, new)
    if old is not None:
        with suppress(FileNotFoundError):
            _path(folder, number, old).rename(path)
            return
    with suppress(FileExistsError):  # whatever it is, its name counts
        os.close(os.open(path, _NEW, 0o600))


def remove_cursor(folder: Path, number: int, offset: int) -> None:
    """Remove a cursor whose segment is gone."""
    with suppress(OSError):
        _path(folder, number, offset).unlink(missing_ok=True)
