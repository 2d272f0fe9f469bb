"""What the surrounding work sets is in each record made within it, and in none made outside."""

import asyncio
import contextvars
import pickle
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import page
import pytest
from hypothesis import given
from hypothesis import strategies as st
from record.journals import Journal
from test_bad_input import Unprintable
from test_canonical_properties import steady

from telemetry_events import BatchProgressEvent, telemetry_context, telemetry_logger
from telemetry_events.context import EMPTY, current_context

EVENT = BatchProgressEvent("p", 1)


def shown(journal: Journal) -> list[dict[str, str]]:
    """Return the context of each new record."""
    return [{name: each[name] for name in page.CONTEXT if name in each} for each in journal.records()]


@pytest.fixture(autouse=True)
def no_context() -> Iterator[None]:
    """Leave no context to the next test."""
    yield
    current_context.set(EMPTY)


def log() -> None:
    """Log an event."""
    telemetry_logger.info(EVENT)


def test_blocks_nest(journal: Journal) -> None:
    """An inner block adds fields and overrides those of the same name, until it ends."""
    with telemetry_context(task_id="1", run_id="r"):
        log()
        with telemetry_context(task_id="2", username="u"):
            log()
            with telemetry_context():
                log()
        log()
    log()

    outer, inner = {"task_id": "1", "run_id": "r"}, {"task_id": "2", "run_id": "r", "username": "u"}
    assert shown(journal) == [outer, inner, inner, outer, {}]


@steady
@given(blocks=st.lists(st.dictionaries(st.sampled_from(page.CONTEXT), st.text(max_size=2)), max_size=6))
def test_blocks_nest_to_any_depth(blocks: list[dict[str, str]], shared_journal: Journal) -> None:
    """What holds is what the blocks around set, the innermost last; each end takes back its own."""
    expected: list[dict[str, str]] = []

    def enter(outer: dict[str, str], rest: list[dict[str, str]]) -> None:
        expected.append(outer)
        log()
        if rest:
            with telemetry_context(**rest[0]):
                enter(outer | rest[0], rest[1:])
            expected.append(outer)
            log()

    enter({}, blocks)
    assert shown(shared_journal) == expected


def test_an_exception_ends_a_block(journal: Journal) -> None:
    """A block that an exception leaves takes back what it has set, and lets the exception go on."""
    with pytest.raises(KeyError), telemetry_context(task_id="1"):
        raise KeyError
    log()

    assert shown(journal) == [{}]


def test_a_block_that_is_used_again(journal: Journal) -> None:
    """One block may be entered again behind its end, and within itself."""
    block = telemetry_context(task_id="1")
    with block:
        with block:
            log()
        log()
    with block:
        log()
    log()

    assert shown(journal) == [{"task_id": "1"}] * 3 + [{}]


def test_a_block_that_threads_share() -> None:
    """One block that is entered in several threads at once ends in each of them by itself."""
    block = telemetry_context(task_id="1")
    first_is_in, second_is_in = threading.Event(), threading.Event()

    def first() -> dict[str, Any]:
        with block:
            first_is_in.set()
            second_is_in.wait()
        return current_context.get().fields

    def second() -> dict[str, Any]:
        first_is_in.wait()
        with block:
            second_is_in.set()
            done.result()
        return current_context.get().fields

    with ThreadPoolExecutor(2) as pool:
        done = pool.submit(first)
        assert (pool.submit(second).result(), done.result()) == ({}, {})


def test_a_block_that_tasks_share() -> None:
    """One block that is entered in several tasks at once ends in each of them by itself."""
    block = telemetry_context(task_id="1")

    async def work() -> dict[str, Any]:
        with block:
            await asyncio.sleep(0)
        return current_context.get().fields

    async def main() -> list[dict[str, Any]]:
        return await asyncio.gather(*[work() for _ in range(3)])

    assert asyncio.run(main()) == [{}] * 3


def test_blocks_that_end_in_another_order(journal: Journal) -> None:
    """A block that ends before one within it takes back its own fields, and no others."""
    first, second = telemetry_context(task_id="1"), telemetry_context(run_id="2")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    log()
    second.__exit__(None, None, None)
    log()

    assert shown(journal) == [{"run_id": "2"}, {}]


def test_interleaved_generators(journal: Journal) -> None:
    """Two generators that each run within a block, in turns, leave nothing behind."""

    def work(name: str) -> Iterator[None]:
        with telemetry_context(task_id=name):
            yield

    first, second = work("1"), work("2")
    next(first)
    next(second)
    assert list(first) == []
    assert list(second) == []
    log()

    assert shown(journal) == [{}]


def test_a_generator_that_is_closed_elsewhere(journal: Journal) -> None:
    """A generator that is closed elsewhere than it ran changes nothing there, and raises nothing."""

    def work() -> Iterator[None]:
        with telemetry_context(task_id="1"):
            yield

    generator = work()
    contextvars.copy_context().run(next, generator)
    with telemetry_context(run_id="r"):
        generator.close()
        log()

    assert shown(journal) == [{"run_id": "r"}]


def test_tasks_have_contexts_of_their_own(journal: Journal) -> None:
    """Each task of asyncio has its own context, and that of where it was made."""

    async def work(name: str) -> None:
        with telemetry_context(task_id=name):
            await asyncio.sleep(0)
            telemetry_logger.info(BatchProgressEvent(name, 1))
            await asyncio.to_thread(telemetry_logger.info, BatchProgressEvent(name, 2))

    async def main() -> None:
        with telemetry_context(run_id="r"):
            await asyncio.gather(*[work(str(number)) for number in range(20)])

    asyncio.run(main())

    records = journal.records()
    assert len(records) == 40
    assert all(record["task_id"] == record["protocol_name"] and record["run_id"] == "r" for record in records)


def test_an_asynchronous_generator_that_is_finalised_elsewhere(journal: Journal) -> None:
    """An asynchronous generator that the loop closes in another task raises nothing and leaves nothing."""
    problems: list[Any] = []

    async def work() -> AsyncIterator[int]:
        with telemetry_context(task_id="1"):
            yield 1

    async def take() -> Any:
        generator = work()
        await anext(generator)
        return generator

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, found: problems.append(found))
        generator = await asyncio.create_task(take())
        await asyncio.create_task(generator.aclose())
        log()

    asyncio.run(main())

    assert problems == []
    assert shown(journal) == [{}]


def test_threads(journal: Journal) -> None:
    """A thread begins without a context, and has one where the program copies it."""
    with telemetry_context(task_id="1"):
        copied = contextvars.copy_context()
        for target in (log, lambda: copied.run(log)):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()

    inherits = getattr(sys.flags, "thread_inherit_context", False)
    assert shown(journal) == [{"task_id": "1"} if inherits else {}, {"task_id": "1"}]


@pytest.mark.parametrize(
    "value", [1, 1.5, b"DOE", ["DOE"], {"a": 1}, object(), Unprintable(), KeyError("DOE")], ids=type
)
def test_what_is_no_text_is_left_out(value: Any, journal: Journal) -> None:
    """A field that is no text is left out, and a record names it, with its kind, but without its value."""
    with telemetry_context(task_id=value, run_id="r"):
        log()

    invalid, record = journal.records()
    assert (
        invalid.items()
        >= {
            "message": "telemetry_invalid",
            "status": "error",
            "invalid_event": "",
            "invalid_field": "task_id",
            "error_kind": "wrong_type",
        }.items()
    )
    assert {name: record[name] for name in page.CONTEXT if name in record} == {"run_id": "r"}


def test_what_is_not_set_is_left_out(journal: Journal) -> None:
    """A field that is None is not set, and does not override; an unknown one is an error of the program."""
    with telemetry_context(task_id="1"), telemetry_context(task_id=None, run_id=""):
        log()
    with pytest.raises(TypeError, match="patient"):
        telemetry_context(patient="DOE^JANE")  # type: ignore[call-arg]

    assert shown(journal) == [{"task_id": "1", "run_id": ""}]


def test_a_context_is_pickled(journal: Journal) -> None:
    """What a record holds of its context goes through a pickle."""
    with telemetry_context(task_id="1", username="ü\udcff"):
        copied = pickle.loads(pickle.dumps(current_context.get()))

    assert copied.fields == {"task_id": "1", "username": "ü\udcff"}
    assert copied.printed(type(EVENT)) == b',"task_id":"1","username":"\xc3\xbc\xef\xbf\xbd",'
    assert journal.lines() == []
