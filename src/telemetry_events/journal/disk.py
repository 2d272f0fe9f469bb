"""The calls to the operating system that a journal makes, in one place so that tests can make them fail."""

import os
from pathlib import Path

__all__ = ["Disk"]

# Linux and macOS; another system's os may lack one of the last two.
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Disk:
    """A file system as it is."""

    write = staticmethod(os.write)
    close = staticmethod(os.close)
    # macOS has no fdatasync.
    datasync = staticmethod(getattr(os, "fdatasync", os.fsync))

    def create(self, path: Path) -> int:
        """Open a file that is not there yet, to append to, for its owner alone."""
        return os.open(path, _NEW_FILE, 0o600)

    def open_folder(self, folder: Path) -> int:
        """Open a folder, whose entries are to be synced."""
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def free(self, folder: Path) -> tuple[int, int]:
        """Return the bytes that are free to this user, and those of the whole file system."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
