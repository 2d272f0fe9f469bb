"""The thread that keeps a journal's open segment: synced, not too old, and where it belongs."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock, get_native_id

from telemetry_events.journal.native import await_end, new_lock, start_thread

__all__ = ["Keeper"]

INTERVAL = 0.5  # seconds, as in Vector's disk buffer


class Keeper:
    """Calls `tick` twice a second, until one calls `finish`: while there is something to keep.

    A journal accepts records without it. It pauses for a fork and ends before the interpreter does,
    so that neither finds it in the middle of something. The journal's lock is held by those who call
    `start` and `finish`.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        # Held while the thread is to go on, and while it runs.
        self._going: Lock | None = None
        self._running = new_lock()
        self._ended = False
        self._thread = 0

    def start(self) -> None:
        """Run, if it does not yet and a thread can be had."""
        if self._going is not None or self._ended:
            return
        going, running = new_lock(), new_lock()
        going.acquire()
        running.acquire()
        try:
            start_thread(self._run, going, running)
        except RuntimeError:  # the interpreter is about to end, or the system has no thread left
            return
        self._going, self._running = going, running

    def finish(self) -> None:
        """End after the present tick."""
        going, self._going = self._going, None
        if going is not None:
            with suppress(RuntimeError):  # two at once
                going.release()

    def stop(self, timeout: float) -> bool:
        """End it, and return whether it was running. `timeout` is in seconds."""
        running = self._running
        if self._going is None:
            return False
        self.finish()
        if running.acquire(timeout=timeout):
            running.release()
            await_end(self._thread)
        return True

    def end(self, timeout: float) -> None:
        """Stop, and never start again."""
        self._ended = True
        self.stop(timeout)

    def _run(self, going: Lock, running: Lock) -> None:
        self._thread = get_native_id()
        try:
            while not going.acquire(timeout=INTERVAL):
                self._tick()
        finally:
            running.release()
