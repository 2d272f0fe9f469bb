"""What a process holds in memory, in bytes, sampled while something is done."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

__all__ = ["Peak", "resident"]


def resident() -> int:
    """Return how much of this process is in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


class Peak:
    """The most that was seen within a block."""

    def __init__(self) -> None:
        self.bytes = resident()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look a hundred times a second."""
        is_over = Event()
        thread = threading.Thread(target=self._watch, args=(is_over,))
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _watch(self, is_over: Event) -> None:
        while not is_over.wait(0.01):
            self.bytes = max(self.bytes, resident())
