"""The thread that delivers a program's records while it runs."""

import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, get_native_id
from time import monotonic
from typing import Generic, Protocol, TypeVar

from telemetry_events.alarm import Alarm
from telemetry_events.delivery.backoff import Pace
from telemetry_events.delivery.counters import Counters
from telemetry_events.delivery.rest import Rest
from telemetry_events.journal.lifetime import follow
from telemetry_events.journal.native import await_end, new_lock, start_thread

__all__ = ["ShippingThread"]

# How long a fork waits for a request to end, and then for one that was cut off. Python warns of a fork with
# threads.
PAUSE_SECONDS = 0.2
CUT_SECONDS = 0.8
END_SECONDS = 4.5
# From this version on, Python counts threads when the fork is over, and no longer before.
_COUNTS_AFTERWARDS = (3, 13)


class _Ask:
    """Somebody waits for the delivery of what was recorded so far."""

    def __init__(self, timeout: float) -> None:
        self.deadline = monotonic() + timeout
        self.is_delivered = False
        self._answered = new_lock()
        self._answered.acquire()

    def answer(self, is_delivered: bool) -> None:
        """End the waiting."""
        self.is_delivered = is_delivered
        self._answered.release()

    def wait(self) -> bool:
        """Wait until then, or the deadline. Returns whether all was delivered."""
        return self._answered.acquire(timeout=max(self.deadline - monotonic(), 0.0)) and self.is_delivered


class Connected(Protocol):
    """The way to where records go."""

    def cut_off(self) -> None:
        """End the request that another thread has under way."""
        ...


class Ships(Protocol):
    """What the thread runs, such as a `Shipper`."""

    wait: float

    @property
    def pace(self) -> Pace:
        """The durations of delivery."""
        ...

    @property
    def counters(self) -> Counters:
        """What was done so far."""
        ...

    @property
    def intake(self) -> Connected:
        """Where records go."""
        ...

    def deliver(self, stop: Callable[[], bool]) -> bool:
        """Send what there is. Returns whether nothing had to be left; to be called again after `wait`.

        `stop` is asked before each request, and may wait.
        """
        ...

    def close(self) -> None:
        """Let others deliver from here on."""
        ...

    def abandon(self) -> None:
        """Close all files, as a forked child does with what is its parent's."""
        ...


S = TypeVar("S", bound=Ships)


class ShippingThread(Generic[S]):
    """Runs a shipper every few seconds, from `start` on.

    Records are accepted without it. It pauses for a fork; a forked child has its own, from its first record
    on. `make` makes a shipper. As the interpreter ends, `end` is called before the last run.
    """

    def __init__(self, make: Callable[[], S], end: Callable[[], None]) -> None:
        self._make = make
        self._end = end
        self._begin()
        follow(self)

    def _begin(self) -> None:
        self.shipper: S = self._make()
        self._alarm = Alarm()
        self._asks: deque[_Ask] = deque()
        self._starting = new_lock()
        # Held by the thread for as long as it runs.
        self._running: Lock | None = None
        # Given back to end a wait of the thread. Native, as all locks here: see journal/native.py.
        self._wait = new_lock()
        self._wait.acquire()
        self._thread = 0
        self._is_to_stop = self._is_to_close = self._is_used = False
        # How many records had been set aside by the last flush.
        self._quarantined = 0
        # Before then nothing is sent: the intake is to be left alone.
        self._not_before = 0.0

    def start(self) -> None:
        """Run, if it does not yet and a thread can be had. May be called from anywhere, and does not wait."""
        if self._running is not None or not self._starting.acquire(blocking=False):
            return
        running = new_lock()
        running.acquire()
        try:
            # Between the two another call may have started it, and closing may have begun.
            if self._running is None and not self._is_to_close:
                self._is_used = True
                self._is_to_stop = False
                self._running = running
                start_thread(self._run, running)
        except RuntimeError:  # the interpreter is about to end, or the system has no thread left
            self._running = None
        finally:
            self._starting.release()

    def flush(self, timeout: float) -> bool:
        """Deliver what was recorded, within so many seconds.

        Returns whether all of it was delivered, and nothing was set aside since the last call.
        """
        if self._is_to_close or self._not_before - monotonic() > timeout:
            return False
        ask = _Ask(timeout)
        self._asks.append(ask)
        self.start()
        self.wake()
        is_answered = self._running is not None and ask.wait()
        before, self._quarantined = self._quarantined, self.shipper.counters.quarantined
        return is_answered and self._quarantined == before

    def stop(self, timeout: float) -> bool:
        """Stop after the request that is under way, and return whether it has stopped, or did not run.

        `timeout`, in seconds, bounds the waiting for that.
        """
        running = self._running
        if running is None:
            return True
        self._is_to_stop = True
        self.wake()
        if not running.acquire(timeout=max(timeout, 0.0)):
            return False
        running.release()
        await_end(self._thread)
        return True

    def close(self, timeout: float) -> None:
        """Stop, and let others deliver what is left."""
        self._is_to_close = True
        if not self._is_used:  # there is nothing to be told of
            self.shipper.abandon()
        elif self._running is None:
            self.shipper.close()
        elif not self.stop(timeout):
            self.shipper.intake.cut_off()

    def pause(self) -> bool:
        """Stop before a fork, and return whether it was running."""
        if self._running is None:
            return False
        if not self.stop(PAUSE_SECONDS):
            self.shipper.intake.cut_off()
            self.stop(CUT_SECONDS)
        return True

    def resume(self) -> None:
        """Run again at once, as no record may follow; with the next one if Python is yet to count threads."""
        if self._running is not None:  # it could not be stopped
            self._is_to_stop = False
        elif sys.version_info < _COUNTS_AFTERWARDS:
            self.start()

    def renew(self) -> None:
        """Become a forked child's: what was open is its parent's."""
        self.shipper.abandon()
        is_to_close = self._is_to_close
        self._begin()
        self._is_to_close = is_to_close

    def end(self) -> None:
        """Deliver what is left, if there is time and it is worth a try, and stop."""
        deadline = monotonic() + END_SECONDS
        self._end()
        if self._is_used and monotonic() >= self._not_before:
            self.flush(deadline - monotonic())
        self.close(deadline - monotonic())

    def wake(self) -> None:
        """Have what waits sent now, and not only when it is due."""
        with suppress(RuntimeError):  # it was woken already
            self._wait.release()

    def _run(self, running: Lock) -> None:
        self._thread = get_native_id()
        try:
            while not self._is_to_stop:
                pause = self._not_before - monotonic()
                if pause > 0:
                    self._wait.acquire(timeout=pause)
                    continue
                asks = [self._asks.popleft() for _ in range(len(self._asks))]
                is_delivered = self._deliver(is_awaited=bool(asks))
                self._not_before = 0.0 if is_delivered else monotonic() + self.shipper.wait
                for ask in asks:
                    if is_delivered or ask.deadline < self._not_before:
                        ask.answer(is_delivered)
                    else:
                        self._asks.append(ask)
                if is_delivered and not self._is_to_stop:
                    self._wait.acquire(timeout=self.shipper.wait)
        finally:
            if self._is_to_close:
                self.shipper.close()
            self._running = None
            running.release()
            while self._is_to_close and self._asks:  # and nobody else will answer
                self._asks.popleft().answer(False)

    def _deliver(self, is_awaited: bool) -> bool:
        rest = Rest()

        def stop() -> bool:
            seconds = rest.seconds()
            if not is_awaited and self._wait.acquire(timeout=seconds):
                self.wake()  # and what is wanted is done behind this run
            return self._is_to_stop

        try:
            return self.shipper.deliver(stop)
        except Exception as error:
            # A directory that cannot be read, perhaps. It is not the program's to know.
            with suppress(Exception):
                self._alarm(f"delivery has failed, and is tried again: {type(error).__name__}")
            self.shipper.wait = self.shipper.pace.first
            return False
