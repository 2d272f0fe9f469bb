"""Who holds a lock, asked without taking it."""

import fcntl
import os
import struct
import sys
from pathlib import Path

__all__ = ["is_locked"]

# Linux's `struct flock`: type, whence, start, length, process.
_FLOCK = "hhqqi0q"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def is_locked(file: Path) -> bool | None:
    """Tell whether another process holds one of POSIX's record locks on a file; nothing if nobody can say.

    Not to be asked where this process may hold it: closing any descriptor of the file gives it up.
    """
    if sys.platform != "linux":
        return None  # each system has a `struct flock` of its own
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        descriptor = os.open(file, _READ)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_GETLK, asked)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    kind: int = struct.unpack(_FLOCK, answer)[0]
    return kind != fcntl.F_UNLCK
