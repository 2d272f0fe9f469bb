"""An emitter's folder that holds no record: what is left of it when all was delivered, or after a crash."""

import os
import re
from contextlib import suppress
from pathlib import Path
from time import time

from telemetry_events.delivery.claim import CLAIM
from telemetry_events.delivery.cursor import cursor_number
from telemetry_events.journal.folder import TO_DELIVER, is_alive, is_held, segment_number

__all__ = ["has_segments", "remove_if_forsaken", "remove_remains"]

# An emitter's folder, or what a handler makes to find out whether it can make one.
_OURS = re.compile(r".+-[0-9]+-[0-9]{8}T[0-9]{6}Z-[a-z2-7]{16}|\.probe-.+")
# A folder that has no segment may be one in the making: not if nothing was done to it for so long.
STILL_SECONDS = 60.0


def has_segments(folder: Path) -> bool:
    """Tell whether there is a segment in a folder, as far as that can be read."""
    with suppress(OSError):
        return any(segment_number(name) is not None for name in _names(folder))
    return False


def remove_remains(folder: Path) -> None:
    """Remove a folder, if all that is in it was left by delivery, or by its dead process."""
    with suppress(OSError):
        names = _names(folder)
        if all(map(_is_ours, names)):
            for name in sorted(names):
                (folder / name).unlink()
            folder.rmdir()


def remove_if_forsaken(folder: Path) -> None:
    """Remove a folder that a crash has left without a segment: before the first one, or after the last."""
    with suppress(OSError):
        is_still = time() - folder.stat().st_mtime > STILL_SECONDS
        is_ours = _OURS.fullmatch(folder.name) is not None and not is_held(folder)
        if is_still and is_ours and ("lock" not in _names(folder) or not is_alive(folder)):
            remove_remains(folder)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _is_ours(name: str) -> bool:
    return name in ("lock", CLAIM, TO_DELIVER) or cursor_number(name) is not None
