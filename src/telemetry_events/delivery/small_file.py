"""A small file that holds what was written whole, or what it held before."""

import errno
import os
from pathlib import Path

__all__ = ["replace_file"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(path: Path, new: Path, data: bytes) -> None:
    """Have a file hold this, by way of `new`, a name beside it. Raises `OSError`, and then it stays as it is.

    What has that name already is deleted, and neither written to nor waited for: what another try has left,
    a link to somewhere else, a pipe.
    """
    try:
        file = os.open(new, _NEW, 0o600)
    except FileExistsError:
        new.unlink()
        file = os.open(new, _NEW, 0o600)
    try:
        if os.write(file, data) != len(data):
            raise OSError(errno.ENOSPC, "a short write")
    finally:
        os.close(file)
    new.replace(path)
