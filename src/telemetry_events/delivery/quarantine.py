"""Records that cannot be delivered, kept as they are: `quarantine/<why>/<emitter's folder>.jsonl`."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from telemetry_events.delivery.batch import Batch
from telemetry_events.delivery.segment import Segment

__all__ = ["Quarantine"]

MOST_BYTES = 64 * 2**20
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class Quarantine:
    """Takes single records, up to 64 MiB of them. It is for a person to look at and to empty."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "quarantine"

    def take(self, batch: Batch, why: str) -> None:
        """Keep a batch's lines. Raises `OSError`, and then they are not kept."""
        for piece in batch.pieces:
            folder = self._folder(why, piece.end - piece.start)
            _append(folder / f"{piece.backlog.folder.name}.jsonl", b"\n".join([*piece.lines, b""]))

    def take_whole(self, segment: Segment, why: str) -> None:
        """Keep a segment, which is moved here. Raises `OSError`."""
        folder = self._folder(why, 0)
        segment.path.rename(folder / f"{segment.path.parent.name}-{segment.path.name}")

    def _folder(self, why: str, wanted: int) -> Path:
        folder = self.path / why
        for each in (self.path, folder):
            with suppress(FileExistsError):
                each.mkdir(mode=0o700)
            if not stat.S_ISDIR(each.lstat().st_mode):
                raise NotADirectoryError("a link leads elsewhere")
        held = sum(path.lstat().st_size for path in self.path.glob("*/*"))
        if held + wanted > MOST_BYTES:
            raise OSError("the quarantine is full")
        return folder


def _append(path: Path, lines: bytes) -> None:
    """Append lines to a file, all or none. Raises `OSError`."""
    file = os.open(path, _APPEND, 0o600)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise OSError("not a file that is nobody else's")
        # A process that was killed as it wrote may have left half a line.
        is_torn = found.st_size > 0 and os.pread(file, 1, found.st_size - 1) != b"\n"
        data = b"\n" + lines if is_torn else lines
        if os.write(file, data) != len(data):
            os.ftruncate(file, found.st_size)
            raise OSError("a short write")
        os.fsync(file)  # before the cursor passes them, for no other copy will be left
    finally:
        os.close(file)
