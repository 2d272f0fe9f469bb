"""Counts the signals that ask a command to end, for it to end in its own time."""

import os
import select
import signal
from contextlib import suppress
from types import FrameType
from typing import Any, Self

__all__ = ["EndSignals"]

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class EndSignals:
    """While this is entered, SIGTERM and SIGINT do nothing but count. Of the main thread alone."""

    def __init__(self) -> None:
        self.count = 0
        self._heard, self._wake = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._wake, False)
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for each in _SIGNALS:
            self._before[each] = signal.signal(each, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)
        # The pipe stays open: a thread that is left may write to it.

    def wake(self) -> None:
        """End the wait that is, or is to come. May be called by any thread."""
        with suppress(BlockingIOError):  # it is full, and so is readable
            os.write(self._wake, b"\0")

    def wait(self, seconds: float | None) -> int:
        """Wait for so long, or until `wake` or a signal. Returns how many signals came so far."""
        select.select([self._heard], [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._heard, 512):
                pass
        return self.count

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        self.wake()
