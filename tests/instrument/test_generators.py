"""A decorated generator behaves as the bare one, whatever its consumer does."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Generator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record.journals import Journal
from test_canonical_properties import steady

from telemetry_events.instrument import log_execution_time


class Step(NamedTuple):
    """What a generator does at one of its yields."""

    value: int
    catches: tuple[type[BaseException], ...]
    then: str


CATCHES = [(), (ValueError,), (GeneratorExit,), (StopIteration, StopAsyncIteration), (BaseException,)]
THEN = ["go on", "return", "raise", "raise again", "stop"]
THROWN = [ValueError, KeyError, GeneratorExit, StopIteration, StopAsyncIteration, KeyboardInterrupt]
plans = st.lists(
    st.builds(Step, st.integers(0, 9), st.sampled_from(CATCHES), st.sampled_from(THEN)), max_size=4
)
actions = (
    st.just(("next", None))
    | st.tuples(st.just("send"), st.sampled_from([None, 1, "a"]))
    | st.tuples(st.just("throw"), st.sampled_from(THROWN))
    | st.just(("close", None))
)
# Most begin as most consumers do.
scripts = st.lists(actions, max_size=4) | st.lists(actions, max_size=4).map(
    lambda rest: [("next", None), *rest]
)


def generator(plan: list[Step], received: list[Any], end: Any = "end") -> Generator[Any, Any, Any]:
    """Yield as planned, and keep what is received."""
    for step in plan:
        try:
            received.append((yield step.value))
        except step.catches as error:
            received.append((type(error), error.args))
            if step.then == "return":
                return error.args
            if step.then == "raise":
                raise LookupError("instead") from None
            if step.then == "raise again":
                raise
            if step.then == "stop":
                raise StopIteration("within") from error
    return end


async def asynchronous(plan: list[Step], received: list[Any], _: Any = None) -> AsyncIterator[Any]:
    """Yield as planned, and keep what is received."""
    for step in plan:
        try:
            received.append((yield step.value))
            await asyncio.sleep(0)
        except step.catches as error:
            await asyncio.sleep(0)
            received.append((type(error), error.args))
            if step.then == "return":
                return
            if step.then == "raise":
                raise LookupError("instead") from None
            if step.then == "raise again":
                raise
            if step.then == "stop":
                raise StopAsyncIteration("within") from error


def outcome(error: BaseException, thrown: BaseException | None) -> tuple[Any, ...]:
    """Return what a consumer can tell of an exception."""
    return "raised", type(error), error.args, error is thrown, getattr(error, "value", None)


def played(made: Any, script: list[tuple[str, Any]]) -> list[Any]:
    """Play a script to a generator, and return what came of each step."""
    seen: list[Any] = []
    for name, argument in script:
        thrown = argument("thrown") if name == "throw" else None
        try:
            if name == "next":
                seen.append(next(made))
            else:
                seen.append(getattr(made, name)(*([] if name == "close" else [thrown or argument])))
        except BaseException as error:
            seen.append(outcome(error, thrown))
    return seen


async def played_later(made: Any, script: list[tuple[str, Any]]) -> list[Any]:
    """Play a script to an asynchronous generator, and return what came of each step."""
    seen: list[Any] = []
    for name, argument in script:
        thrown = argument("thrown") if name == "throw" else None
        try:
            if name == "next":
                seen.append(await anext(made))
            else:
                arguments = [] if name == "close" else [thrown or argument]
                seen.append(await getattr(made, f"a{name}")(*arguments))
        except BaseException as error:
            seen.append(outcome(error, thrown))
    return seen


def begins(script: list[tuple[str, Any]]) -> bool:
    """Tell whether a script has a generator begin: what is thrown or closed first ends it before."""
    for name, argument in script:
        if name in ("throw", "close"):
            return False
        if argument is None:
            return True
    return False


@settings(steady, max_examples=400)
@given(plan=plans, script=scripts)
def test_a_generator(plan: list[Step], script: list[tuple[str, Any]], shared_journal: Journal) -> None:
    """Whatever is sent, thrown and closed, a decorated generator does as the bare one, and emits an event."""
    shared_journal.lines()
    bare_received: list[Any] = []
    received: list[Any] = []
    bare = generator(plan, bare_received)
    decorated = log_execution_time(generator)(plan, received)

    try:
        assert played(decorated, script) == played(bare, script)
        assert received == bare_received
        ended = bare.gi_frame is None
        assert (decorated.gi_frame is None) == ended
        assert len(shared_journal.lines()) == (begins(script) and ended)
    finally:
        for each in (bare, decorated):  # one that takes no end would complain when it is collected
            exhausted = [*each]
            assert len(exhausted) <= len(plan)


@settings(steady, max_examples=400)
@given(plan=plans, script=scripts)
def test_an_asynchronous_generator(
    plan: list[Step], script: list[tuple[str, Any]], shared_journal: Journal
) -> None:
    """Whatever is sent, thrown and closed, a decorated asynchronous generator does as the bare one."""
    shared_journal.lines()
    bare_received: list[Any] = []
    received: list[Any] = []

    async def main() -> None:
        bare = asynchronous(plan, bare_received)
        decorated = log_execution_time(asynchronous)(plan, received)
        try:
            assert await played_later(decorated, script) == await played_later(bare, script)
            ended = bare.ag_frame is None
            assert (decorated.ag_frame is None) == ended
            assert len(shared_journal.lines()) == (begins(script) and ended)
        finally:
            for each in (bare, decorated):
                exhausted = [_ async for _ in each]
                assert len(exhausted) <= len(plan)

    asyncio.run(main())

    assert received == bare_received


def test_a_generator_that_is_dropped(journal: Journal) -> None:
    """A generator that nobody finishes ends when it is collected, one that was never begun emits nothing."""
    made = log_execution_time(generator)([Step(1, (), "go on")] * 3, [])
    assert next(made) == 1
    del made
    gc.collect()
    assert len(journal.lines()) == 1

    made = log_execution_time(generator)([Step(1, (), "go on")], [])
    del made
    gc.collect()
    assert len(journal.lines()) == 0


@pytest.mark.skipif(sys.version_info < (3, 13), reason="close returns a value from Python 3.13 on")
def test_what_close_returns() -> None:
    """A generator that returns a value as it is closed has close return that."""
    plan = [Step(1, (GeneratorExit,), "return")]
    bare, decorated = generator(plan, []), log_execution_time(generator)(plan, [])
    next(bare)
    next(decorated)

    assert decorated.close() == bare.close() == ()


def test_the_value_of_yield_from() -> None:
    """`yield from` a decorated generator gives what it returned, also a tuple or an exception."""

    def outer(end: Any) -> Generator[Any, Any, Any]:
        return (yield from log_execution_time(generator)([], [], end))

    for end in (None, (1, 2), ValueError("a value"), StopIteration("a value")):
        with pytest.raises(StopIteration) as caught:
            next(outer(end))
        assert caught.value.value is end


def test_the_time_of_a_generator_is_that_within_it(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a generator's time, that counts which it takes itself, and not that of its consumer."""
    clock = iter(range(1000))
    ticks: list[int] = []

    def now() -> float:
        ticks.append(next(clock))
        return float(ticks[-1])

    monkeypatch.setattr("telemetry_events.instrument.execution_time.perf_counter", now)
    for _ in log_execution_time(generator)([Step(1, (), "go on")] * 3, []):
        next(clock)
        next(clock)

    [record] = journal.records()
    assert record["duration_seconds"] == 4  # begin to yield, twice yield to yield, yield to end


def test_an_asynchronous_generator_in_use(journal: Journal) -> None:
    """`async for`, a break out of it, and a cancellation within it, each end a decorated generator once."""
    made: list[Any] = []
    waiting = asyncio.Event()

    @log_execution_time
    async def count() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
            waiting.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            made.append("closed")

    async def consume() -> None:
        async for _ in count():
            pass

    async def main() -> None:
        async for number in count():
            assert number == 1
            break
        await asyncio.sleep(0)
        gc.collect()
        task = asyncio.create_task(consume())
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert made == ["closed", "closed"]
    assert len(journal.lines()) == 2


def test_an_asynchronous_generator_that_the_loop_closes(journal: Journal) -> None:
    """A loop that ends closes what is still open, without a complaint."""
    problems: list[dict[str, Any]] = []
    kept: list[Any] = []

    @log_execution_time
    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
        finally:
            await asyncio.sleep(0)

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, problem: problems.append(problem))
        kept.append(endless())
        assert await anext(kept[0]) == 1

    asyncio.run(main())

    assert problems == []
    assert len(journal.lines()) == 1
