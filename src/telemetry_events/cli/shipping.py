"""Runs a shipper in a thread of its own, so that it can be ended whatever the network does."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

from telemetry_events.alarm import Alarm
from telemetry_events.cli.signals import EndSignals
from telemetry_events.cli.waiting import Emitter
from telemetry_events.delivery import Shipper

__all__ = ["Shipping"]

# What may pass between the signal to end and the end, in seconds: a last delivery, and then a cut.
END_SECONDS = 3.0
CUT_SECONDS = 1.0
# How often whoever watches is shown how far it is.
TICK_SECONDS = 0.25
IDLE_SECONDS = 60.0


class Shipping:
    """Delivers what waits in some emitters' folders, or whatever comes until it is told to end.

    `patience` is for how many seconds it goes on without any success, where it does not `follow`.
    """

    def __init__(self, shipper: Shipper, backlog: list[Emitter], *, follow: bool, patience: float) -> None:
        self.shipper = shipper
        # The state of delivery as the first signal to end came, if one did.
        self.state_at_end: str | None = None
        self._backlog = backlog
        self._follow = follow
        self._patience = patience
        self._end = Event()
        self._end_at = float("inf")
        self._error: BaseException | None = None
        self._look_at = 0.0
        self._is_through = False
        self._is_done = False

    def run(self, signals: EndSignals, tick: Callable[[], bool] | None) -> bool:
        """Deliver. Returns whether it has come to its end; else a thread is left that waits for the network.

        `tick` is called every now and then, if there is one, until it returns that it need not be any more.
        """
        thread = Thread(target=self._work, args=(signals.wake,), name="shipping", daemon=True)
        thread.start()
        # The thread is alive for a moment after it has woken this one for the last time.
        while not self._is_done:
            seconds = min(TICK_SECONDS if tick else IDLE_SECONDS, self._end_at - monotonic())
            self._hear(signals.wait(max(seconds, 0.0)))
            if tick and not tick():
                tick = None
            if monotonic() >= self._end_at and not self._is_cut_off(thread):
                return False
        thread.join()
        if self._error is not None:
            raise self._error
        return True

    def is_through(self) -> bool:
        """Tell whether all that was there at first was delivered, or set aside."""
        if not self._is_through and monotonic() >= self._look_at:
            begun = monotonic()
            self._is_through = not any(each.left() for each in self._backlog)
            # Thousands of segments take their time, of which this is to be a small part.
            self._look_at = monotonic() + max(0.2, 20 * (monotonic() - begun))
        return self._is_through

    def _hear(self, signals: int) -> None:
        if signals and self.state_at_end is None:
            self.state_at_end = self.shipper.counters.state
            self._end_at = monotonic() + END_SECONDS
            self._end.set()
        elif signals > 1:
            self._end_at = monotonic()

    def _is_cut_off(self, thread: Thread) -> bool:
        """End a request that takes too long, and return whether the thread has ended."""
        give_up_at = monotonic() + CUT_SECONDS
        while thread.is_alive() and monotonic() < give_up_at:
            self.shipper.intake.cut_off()
            thread.join(0.05)
        return not thread.is_alive()

    def _work(self, wake: Callable[[], None]) -> None:
        try:
            if self._follow:
                self._deliver_for_ever()
            else:
                self._deliver_backlog()
        except BaseException as error:
            self._error = error
        finally:
            self._is_done = True
            wake()

    def _deliver_for_ever(self) -> None:
        alarm = Alarm()
        is_sent = True
        while not self._end.is_set():
            try:
                is_sent = self.shipper.deliver(self._end.is_set)
            except OSError as error:
                alarm(f"{self.shipper.directory}: {error.strerror}, and is tried again")
                is_sent, self.shipper.wait = False, self.shipper.pace.first
            self._end.wait(self.shipper.wait)
        if is_sent:
            with suppress(OSError):
                # What was recorded just before, as where a pod ends.
                self.shipper.deliver(lambda: monotonic() >= self._end_at)

    def _deliver_backlog(self) -> None:
        counters = self.shipper.counters
        success_at = monotonic()
        while not self._end.is_set():
            before = counters.delivered + counters.quarantined
            is_sent = self.shipper.deliver(lambda: self._end.is_set() or self.is_through())
            is_better = counters.delivered + counters.quarantined > before
            self._look_at = 0.0
            if self.is_through() or counters.state.startswith("holding") or (is_sent and not is_better):
                return
            if is_better:
                success_at = monotonic()
            if not is_sent:
                if monotonic() + self.shipper.wait > success_at + self._patience:
                    return
                self._end.wait(self.shipper.wait)
