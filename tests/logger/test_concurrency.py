"""Calls from threads, tasks, signal handlers, finalisers and the end of the process are all recorded."""

import asyncio
import gc
import itertools
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from record.journals import Journal, members, reader
from record.program import run

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_context, telemetry_logger


def assert_complete(records: list[dict[str, Any]], expected: dict[str, int]) -> None:
    """Fail unless each batch is there in full, once, and no number of an emitter is missing."""
    found = Counter(record["protocol_name"] for record in records)
    assert found == expected
    for name, count in expected.items():
        numbers = [record["batch_number"] for record in records if record["protocol_name"] == name]
        assert sorted(numbers) == list(range(count))
    for emitter in {record["emitter"] for record in records}:
        numbers = [record["seq"] for record in records if record["emitter"] == emitter]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def together(*targets: Callable[[], object]) -> None:
    """Run each target in a thread of its own, all at once."""
    barrier = threading.Barrier(len(targets))

    def start(target: Callable[[], object]) -> None:
        barrier.wait()
        target()

    threads = [threading.Thread(target=start, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("filters", [[], [lambda _: True]], ids=["direct", "other"])
def test_threads(filters: list[Any], journal: Journal) -> None:
    """Many threads lose nothing and mix no lines, and each thread's records stand in its order."""
    telemetry_logger.filters = filters
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def work(name: str) -> None:
        with telemetry_context(task_id=name):
            for number in range(200):
                telemetry_logger.info(BatchProgressEvent(name, number))

    try:
        together(*[lambda name=str(index): work(name) for index in range(8)])  # type: ignore[misc]
    finally:
        sys.setswitchinterval(interval)

    records = journal.records()
    assert_complete(records, {str(index): 200 for index in range(8)})
    assert [record["seq"] for record in records] == list(range(1, 1601))
    assert all(record["task_id"] == record["protocol_name"] for record in records)
    for index in range(8):
        own = [record["batch_number"] for record in records if record["protocol_name"] == str(index)]
        assert own == sorted(own)


def test_set_up_while_threads_log(journal: Journal) -> None:
    """While one thread sets up anew, the events of others go to the old journal or to the new one."""

    def work(name: str) -> None:
        for number in range(300):
            telemetry_logger.info(BatchProgressEvent(name, number))

    def change() -> None:
        for number in range(10):
            setup_telemetry(service=f"s{number}", directory=journal.directory)

    together(lambda: work("a"), lambda: work("b"), change)

    assert_complete(journal.records(), {"a": 300, "b": 300})


def test_tasks(journal: Journal) -> None:
    """Tasks of asyncio that log in turns lose nothing."""

    async def work(name: str) -> None:
        for number in range(20):
            telemetry_logger.info(BatchProgressEvent(name, number))
            await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*[work(str(index)) for index in range(20)])

    asyncio.run(main())

    assert_complete(journal.records(), {str(index): 20 for index in range(20)})


def test_a_text_that_logs(journal: Journal) -> None:
    """An object that logs when it is asked for its text is recorded, and so is what it logs."""

    class Talkative:
        def __str__(self) -> str:
            telemetry_logger.info(BatchProgressEvent("inner", 0))
            return "outer"

    telemetry_logger.info("%s", Talkative())

    records = journal.records()
    assert [record["message"] for record in records] == ["batch_progress", "outer"]
    assert [record["seq"] for record in records] == [1, 2]


def test_a_filter_that_logs(journal: Journal) -> None:
    """A filter that logs is no recursion, unless it makes one."""

    def talk(record: Any) -> bool:
        if record.msg != "inner":
            telemetry_logger.info("inner")
        return True

    telemetry_logger.addFilter(talk)
    telemetry_logger.info("outer")

    assert [record["message"] for record in journal.records()] == ["inner", "outer"]


def test_standard_error_that_logs(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program whose standard error logs gets no recursion out of what is wrong with its events."""
    written: list[str] = []

    class Stream:
        def write(self, text: str) -> None:
            written.append(text)
            telemetry_logger.error(BatchProgressEvent("p", text))  # type: ignore[arg-type]
            telemetry_logger.error("%d", text)

    monkeypatch.setattr(sys, "stderr", Stream())
    telemetry_logger.info(BatchProgressEvent("p", "1"))  # type: ignore[arg-type]

    assert len(written) == 1
    assert [record["message"] for record in journal.records()] == ["telemetry_invalid"] * 3


@pytest.mark.parametrize("stream", [None, object()], ids=["none", "no stream"])
def test_no_standard_error(stream: object, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without a standard error is none the worse."""
    monkeypatch.setattr(sys, "stderr", stream)
    telemetry_logger.info(BatchProgressEvent("p", "1"))  # type: ignore[arg-type]

    assert [record["message"] for record in journal.records()] == ["telemetry_invalid"]


def test_finalisers(journal: Journal) -> None:
    """Finalisers that log while the garbage collector runs within a log call are recorded."""
    numbers = itertools.count()

    class Node:
        def __init__(self) -> None:
            self.cycle = self

        def __del__(self) -> None:
            telemetry_logger.info(BatchProgressEvent("finaliser", next(numbers)))

    threshold = gc.get_threshold()
    gc.set_threshold(3, 1, 1)
    try:
        for number in range(300):
            Node()
            telemetry_logger.info(BatchProgressEvent("main", number))
    finally:
        gc.set_threshold(*threshold)
    gc.collect()

    assert_complete(journal.records(), {"main": 300, "finaliser": 300})


def test_signal_handlers(tmp_path: Path) -> None:
    """A signal handler that logs, wherever it strikes, is recorded, and so is the call that it struck."""
    output, errors = run(
        """
        import signal, sys
        from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

        setup_telemetry(directory=sys.argv[1])
        struck = 0

        def strike(*_):
            global struck
            telemetry_logger.warning(BatchProgressEvent("signal", struck))
            struck += 1
            signal.setitimer(signal.ITIMER_REAL, 1e-4)  # only now, so that it does not strike itself

        signal.signal(signal.SIGALRM, strike)
        signal.setitimer(signal.ITIMER_REAL, 1e-4)
        main = 0
        while struck < 400:
            telemetry_logger.info(BatchProgressEvent("main", main))
            main += 1
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        print(main, struck)
        """,
        tmp_path,
    )

    main, struck = map(int, output.split())
    assert errors == ""
    assert_complete([members(line) for line in reader(tmp_path)()], {"main": main, "signal": struck})


def test_the_end_of_the_process(tmp_path: Path) -> None:
    """What is logged as the process ends, from its last statement on, is recorded."""
    output, errors = run(
        """
        import atexit, sys, threading

        def log(name):
            from telemetry_events import BatchProgressEvent, telemetry_logger
            telemetry_logger.info(BatchProgressEvent(name, 0))

        atexit.register(log, "atexit before import")
        import telemetry_events
        from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

        setup_telemetry(directory=sys.argv[1])
        atexit.register(log, "atexit after import")
        threading._register_atexit(log, "end of threads")

        thread = threading.Thread(target=lambda: log("a thread"))
        thread.start()
        log("last statement")
        """,
        tmp_path,
    )

    names = ["a thread", "last statement", "end of threads", "atexit after import", "atexit before import"]
    assert (output, errors) == ("", "")
    assert_complete([members(line) for line in reader(tmp_path)()], dict.fromkeys(names, 1))


@pytest.mark.parametrize("kept", ["kept", "sys.kept"])
def test_the_last_finaliser(kept: str, tmp_path: Path) -> None:
    """A finaliser that logs as the interpreter takes its modules apart sees nothing of it."""
    output, errors = run(
        f"""
        import sys
        from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

        class Finalised:
            log, event = telemetry_logger.info, BatchProgressEvent("finaliser", 0)

            def __del__(self):
                self.log(self.event)
                self.log("text")

        setup_telemetry(directory=sys.argv[1])
        {kept} = Finalised()
        """,
        tmp_path,
    )

    assert (output, errors) == ("", "")


def test_an_exception_that_ends_the_process(tmp_path: Path) -> None:
    """A process that an exception ends shows that exception only, and its records are there."""
    _, errors = run(
        """
        import sys
        from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

        setup_telemetry(directory=sys.argv[1])
        telemetry_logger.info(BatchProgressEvent("p", 0))
        raise KeyError("the end")
        """,
        tmp_path,
        status=1,
    )

    assert errors.startswith("Traceback")
    assert errors.count("Traceback") == 1
    assert errors.endswith("\nKeyError: 'the end'\n")
    assert_complete([members(line) for line in reader(tmp_path)()], {"p": 1})
