"""The thread that runs a shipper: it starts, is waited for, and stops in time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from faults.journals import KEY, PACE, leave, record, records
from faults.oracle import Oracle
from faults.responses import answer, hang

from telemetry_events.delivery import Intake, Shipper, ShippingThread

PATIENCE = 10.0
Threads = Callable[[], ShippingThread]


@pytest.fixture
def thread_of(tmp_path: Path, oracle: Oracle) -> Iterator[Threads]:
    """Make threads that deliver what was left in a directory, and end with the test."""
    made: list[ShippingThread] = []

    def make() -> ShippingThread:
        def shipper() -> Shipper:
            intake = Intake.find(url=oracle.url, api_key=KEY)
            return Shipper(tmp_path, intake, pace=replace(PACE, deadline=60.0))

        made.append(thread := ShippingThread(shipper, lambda: None))
        return thread

    yield make
    oracle.released.set()
    for thread in made:
        thread.close(PATIENCE)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end
        sleep(0.005)


def test_nothing_happens_before_it_is_started(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """With no record to deliver there is no thread, and no file is touched."""
    leave(tmp_path, records(3))
    thread = thread_of()
    assert thread.stop(0)
    thread.close(0)
    assert oracle.connections == 0
    assert not list(tmp_path.glob("shipper-*"))


def test_it_delivers_by_itself(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """What is there goes, and what comes later."""
    leave(tmp_path, records(3))
    thread = thread_of()
    thread.start()
    wait_for(lambda: len(oracle.accepted) == 3)
    leave(tmp_path, [record(4)], segment=2)
    wait_for(lambda: len(oracle.accepted) == 4)


def test_many_starts_are_one(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """However many threads start it at once, it is one that delivers."""
    leave(tmp_path, records(3))
    thread = thread_of()
    begin = Event()

    def start() -> None:
        begin.wait()
        for _ in range(100):
            thread.start()

    starters = [Thread(target=start) for _ in range(8)]
    for each in starters:
        each.start()
    begin.set()
    for each in starters:
        each.join()
    wait_for(lambda: len(oracle.accepted) == 3)
    assert oracle.connections == 1
    assert oracle.duplicates == 0


def test_flush_waits_for_a_delivery(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """It starts the thread, if need be, ends a wait, and tells that all was delivered."""
    thread = thread_of()
    assert thread.flush(PATIENCE)
    for number in range(1, 20):
        leave(tmp_path, [record(number)], segment=number)
        thread.shipper._look_at = 0.0  # folders that others have left are looked for now and then
        assert thread.flush(PATIENCE)
    wait_for(lambda: len(oracle.accepted) == 19)


@pytest.mark.parametrize("timeout", [0.0, 0.3, -1.0])
def test_flush_ends(timeout: float, tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """With the intake hung it ends when it is told to, and says that not all was delivered."""
    oracle.usually = hang()
    leave(tmp_path, records(3))
    thread = thread_of()
    start = monotonic()
    assert not thread.flush(timeout)
    assert not thread.flush(timeout)
    assert monotonic() - start < PATIENCE


def test_flush_outlasts_failures(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """It waits through tries that fail, as long as there is time."""
    oracle.script.extend([answer(503)] * 5)
    leave(tmp_path, records(3))
    assert thread_of().flush(PATIENCE)
    assert len(oracle.accepted) == 3


def test_many_flush_at_once(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """Each gets its answer."""
    leave(tmp_path, records(3))
    thread = thread_of()
    told: list[bool] = []
    askers = [Thread(target=lambda: told.append(thread.flush(PATIENCE))) for _ in range(16)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert told == [True] * 16
    assert len(oracle.accepted) == 3


def test_it_stops_after_a_request(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """A request that ends is waited for; it can be started again."""
    thread = thread_of()
    leave(tmp_path, records(3))
    thread.start()
    wait_for(lambda: oracle.accepted)
    assert thread.stop(PATIENCE)
    leave(tmp_path, [record(4)], segment=2)
    thread.start()
    wait_for(lambda: len(oracle.accepted) == 4)


def test_closing_does_not_wait_for_a_hung_request(tmp_path: Path, oracle: Oracle, thread_of: Threads) -> None:
    """The request is cut off, and the folder is then free for others."""
    oracle.usually = hang()
    leave(tmp_path, records(3))
    thread = thread_of()
    thread.start()
    wait_for(lambda: oracle.requests)
    start = monotonic()
    thread.close(0.1)
    assert monotonic() - start < PATIENCE
    oracle.usually = answer(202)
    other = thread_of()
    wait_for(lambda: other.flush(PATIENCE) and len(oracle.accepted) == 3)


def test_a_directory_that_goes(
    tmp_path: Path, oracle: Oracle, thread_of: Threads, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is said, and what comes when the directory is there again is delivered."""
    thread = thread_of()
    thread.start()
    aside = tmp_path.with_name("aside")
    tmp_path.rename(aside)
    said = ""

    def is_said() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return "delivery has failed" in said

    wait_for(is_said)
    aside.rename(tmp_path)
    leave(tmp_path, records(3))
    wait_for(lambda: len(oracle.accepted) == 3)
    assert said == "telemetry-events: delivery has failed, and is tried again: FileNotFoundError\n"
