"""The check `unredacted`: values that docs/canonical-json.md, section 8, says are to be replaced.

It is written from the page, and shares nothing with the encoder whose work it judges.
"""

import re
from collections.abc import Callable

__all__ = ["REDACTED"]

SUFFIXES = [
    *(".dcm", ".nii", ".nii.gz", ".nrrd", ".svs", ".ndpi", ".tif", ".tiff", ".png", ".jpg", ".jpeg"),
    *(".e2e", ".fda", ".sdb", ".csv", ".parquet", ".json", ".xml", ".pdf", ".zip"),
]
FRAME_LIMIT = 30
STACK_LIMIT = 16_384

_TOKEN = "(?:redacted|h1:[a-z0-9]{1,8}:[a-z2-7]{26})"  # noqa: S105 (a pattern)
_person = re.compile(_TOKEN).fullmatch
_file_name = re.compile(f"{_TOKEN}(?:{'|'.join(map(re.escape, SUFFIXES))})?").fullmatch

_FRAME = r'File "{}", line [0-9]{{1,9}}, in [^\x00-\x20"\x7f]+'
_SHORT = _FRAME.format(r'(?:(?:[^"\n/\\]+/)?[^"\n/\\]+)?')
_any_frame = re.compile(_FRAME.format(r'[^"\n]*')).fullmatch
_short_frame = re.compile(_SHORT).fullmatch
_stack = re.compile(f"{_SHORT}(?:\n{_SHORT})*").fullmatch


def person(text: str) -> str | None:
    """Return what is wrong with what stands for a person; nothing where nothing is (8.2, 8.3, 8.6)."""
    return None if not text or _person(text) else "is neither empty nor redacted"


def file_name(text: str) -> str | None:
    """Return what is wrong with what stands for a file; nothing where nothing is (8.4 to 8.6)."""
    return None if not text or _file_name(text) else "is neither empty nor redacted"


def stack_frames(text: str) -> str | None:
    """Return what is wrong with what stands for a stack; nothing where nothing is (8.8 to 8.11)."""
    if not text:
        return None
    if not _stack(text):
        for number, line in enumerate(text.split("\n"), 1):
            if not _any_frame(line):
                return f"has more than frames, in its line {number}"
            if not _short_frame(line):
                return f"has more than two segments of a path, in its line {number}"
    if text.count("\n") >= FRAME_LIMIT:
        return f"has more than {FRAME_LIMIT} frames"
    if len(text.encode()) > STACK_LIMIT:
        return f"is longer than {STACK_LIMIT} bytes"
    return None


# By the sensitivity whose values are replaced.
REDACTED: dict[str, Callable[[str], str | None]] = {
    "FILE_NAME": file_name,
    "PERSON": person,
    "STACK_FRAMES": stack_frames,
}
