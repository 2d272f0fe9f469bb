"""A thread that delivers rests between requests, unless somebody waits for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import sleep, thread_time

import pytest
from faults.journals import KEY, PACE, leave, records
from faults.oracle import Oracle
from faults.responses import answer

from telemetry_events.delivery import Intake, Pace, Shipper, ShippingThread, rest
from telemetry_events.delivery.rest import Rest

PATIENCE = 10.0
# Seconds, longer than any test waits.
LONG = 1e6
SLOW = Pace(linger=600.0)
Threads = Callable[[Pace], ShippingThread]


@pytest.fixture
def thread_of(tmp_path: Path, oracle: Oracle) -> Iterator[Threads]:
    """Make threads that deliver what was left in a directory, and end with the test."""
    made: list[ShippingThread] = []

    def make(pace: Pace) -> ShippingThread:
        def shipper() -> Shipper:
            return Shipper(tmp_path, Intake.find(url=oracle.url, api_key=KEY), pace=pace)

        made.append(thread := ShippingThread(shipper, lambda: None))
        return thread

    yield make
    for thread in made:
        thread.close(PATIENCE)


def work(seconds: float) -> float:
    """Use the processor for so long, and return how long it was."""
    begin = thread_time()
    while (used := thread_time() - begin) < seconds:
        pass
    return used


def test_a_rest_is_twice_what_was_used() -> None:
    """Only what this thread has used counts, and only since the last time."""
    each = Rest()
    used = work(0.02)
    assert 2 * used <= each.seconds() < 4 * used
    sleep(0.05)
    other = Thread(target=work, args=(0.05,))
    other.start()
    other.join()
    assert each.seconds() < 0.05


def test_rests_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes faster than it is sent is sent without a rest."""
    monkeypatch.setattr(rest, "REQUESTS", 3)
    each = Rest()
    found: list[float] = []
    for _ in range(5):
        work(0.001)
        found.append(each.seconds())
    assert [seconds > 0 for seconds in found] == [True, True, True, False, False]


@pytest.fixture
def is_resting(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Have every rest be one without an end, and return what is set once there is one."""
    event = Event()

    def seconds(_: Rest) -> float:
        event.set()
        return LONG

    monkeypatch.setattr(Rest, "seconds", seconds)
    return event


def test_a_flush_ends_a_rest(is_resting: Event, tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """What was recorded before it is delivered at once, and not with the next run."""
    leave(tmp_path, records(2500))
    thread = thread_of(SLOW)
    thread.start()
    assert is_resting.wait(PATIENCE)
    assert not oracle.lines
    assert thread.flush(PATIENCE)
    assert len(oracle.lines) == 2500


@pytest.mark.usefixtures("is_resting")
def test_no_rest_while_somebody_waits(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """A run that a flush waits for rests no more than the first, also where that has failed."""
    oracle.script.extend([answer(503)] * 3)
    leave(tmp_path, records(2500))
    assert thread_of(PACE).flush(PATIENCE)
    assert len(oracle.lines) == 2500


def test_a_thread_that_rests_stops(
    is_resting: Event, tmp_path: Path, oracle: Oracle, thread_of: Threads
) -> None:
    """To stop, as for a fork, it waits for no rest; what it had not sent is sent when it runs again."""
    leave(tmp_path, records(2500))
    thread = thread_of(SLOW)
    thread.start()
    assert is_resting.wait(PATIENCE)
    assert thread.stop(PATIENCE)
    assert not oracle.lines
    assert thread.flush(PATIENCE)
    assert len(oracle.lines) == 2500
