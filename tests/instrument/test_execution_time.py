"""A decorated function stays what it is, and each call emits one event at its end."""

import asyncio
import functools
import inspect
import types
from collections.abc import Generator
from functools import cached_property, partial, singledispatch
from typing import Any

import pytest
from instrument.decorated import Derived, Shape, awaited, counted, doubled
from record.journals import Journal

from telemetry_events import telemetry_logger
from telemetry_events.instrument import log_execution_time


def names(journal: Journal) -> list[tuple[str, str]]:
    """Return class and function of each new event."""
    records = journal.records()
    assert all(record["message"] == "execution_time" for record in records)
    assert all(record["duration_seconds"] >= 0 and record["status"] == "info" for record in records)
    return [(record["class_name"], record["function"]) for record in records]


def test_results_and_names(journal: Journal) -> None:
    """Each kind of function returns what it returned, and its event names its class and itself."""
    shape, derived = Shape(), Derived()

    assert doubled(2, more=1) == 5
    assert asyncio.run(awaited(3)) == 3
    assert list(counted(3)) == [0, 1, 2]
    assert shape.method(1) == (shape, 1)
    assert Shape.class_outside(2) == (Shape, 2)
    assert Derived.class_inside(3) == (Derived, 3)
    assert Shape.static_outside(4) == shape.static_inside(4) == 4
    assert shape.value == 7
    assert shape(5) == 5
    assert shape.Inner().method() is None
    assert derived.method(6) == (derived, 6)

    assert names(journal) == [
        ("", "doubled"),
        ("", "awaited"),
        ("", "counted"),
        ("Shape", "method"),
        ("Shape", "class_outside"),
        ("Shape", "class_inside"),
        ("Shape", "static_outside"),
        ("Shape", "static_inside"),
        ("Shape", "value"),
        ("Shape", "__call__"),
        ("Shape.Inner", "method"),
        ("Shape", "method"),
        ("Derived", "method"),
    ]


def test_names_of_local_functions(journal: Journal) -> None:
    """A function within a function has no class, a class within one has its own name, a lambda its own."""

    @log_execution_time
    def local() -> None: ...

    class Local:
        @log_execution_time
        def method(self) -> None: ...

    local()
    Local().method()
    log_execution_time(lambda: None)()

    assert names(journal) == [("", "local"), ("Local", "method"), ("", "<lambda>")]


class Callables:
    """Instances that can be called."""

    def __init__(self, kept: str) -> None:
        self.kept = kept

    def __call__(self, number: int) -> str:
        """Repeat what is kept."""
        return self.kept * number


def test_other_callables(journal: Journal) -> None:
    """What else can be called may be decorated: a partial, an instance, a built-in, a bound method."""
    assert log_execution_time(partial(int, base=2))("11") == 3
    assert log_execution_time(Callables("a"))(2) == "aa"
    assert log_execution_time(len)([1]) == 1
    assert log_execution_time("a".upper)() == "A"
    assert asyncio.run(log_execution_time(partial(inspect.unwrap(awaited), 4))()) == 4

    assert names(journal) == [
        ("", "partial"),
        ("", "Callables"),
        ("", "len"),
        ("str", "upper"),
        ("", "partial"),
    ]


class Later:
    """An instance whose call is a coroutine."""

    async def __call__(self, turns: int) -> int:
        """Wait for some turns."""
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns


def test_a_callable_instance_that_is_asynchronous(journal: Journal) -> None:
    """The call of an instance whose `__call__` is a coroutine ends when that is done."""
    seen: list[int] = []

    async def main() -> None:
        call = log_execution_time(Later())(3)
        seen.append(len(journal.lines()))
        assert await call == 3

    asyncio.run(main())

    assert seen == [0]
    assert len(journal.lines()) == 1


def test_a_generator_that_is_a_coroutine(journal: Journal) -> None:
    """A generator that `types.coroutine` has made awaitable can be awaited still."""

    @log_execution_time
    @types.coroutine
    def turn() -> Generator[None, None, int]:
        yield
        return 7

    async def main() -> int:
        return await turn()

    assert asyncio.run(main()) == 7
    assert names(journal) == [("", "turn")]


@pytest.mark.parametrize(
    "what", [property(lambda _: 1), cached_property(lambda _: 1), None, 7, "text"], ids=type
)
def test_what_cannot_be_decorated(what: Any) -> None:
    """What cannot be called is refused where it is decorated, by its type only."""
    with pytest.raises(
        TypeError, match=f"^log_execution_time decorates functions, not {type(what).__name__}$"
    ):
        log_execution_time(what)


def test_a_class_stays_a_class() -> None:
    """A class is refused, or stays a class: it never becomes a function."""
    try:
        decorated: Any = log_execution_time(Callables)
    except TypeError:
        return
    assert isinstance(decorated, type)


def test_further_decorators(journal: Journal) -> None:
    """Decorators of the standard library go on either side."""
    calls: list[int] = []

    @functools.lru_cache
    @log_execution_time
    def cached(number: int) -> int:
        calls.append(number)
        return number

    @singledispatch
    @log_execution_time
    def dispatched(_: object) -> str:
        return "object"

    @dispatched.register
    @log_execution_time
    def _(_: int) -> str:
        return "int"

    assert [cached(1), cached(1)] == [1, 1]
    assert [dispatched(1), dispatched("")] == ["int", "object"]
    assert calls == [1]
    assert len(journal.lines()) == 3


class OwnError(Exception):
    """An exception that compares equal to nothing."""


@pytest.mark.parametrize(
    "error", [OwnError("DOE"), KeyboardInterrupt(), SystemExit(3), GeneratorExit()], ids=repr
)
def test_an_exception_goes_on(error: BaseException, journal: Journal) -> None:
    """An exception goes on as the very same object, through functions and coroutines."""

    @log_execution_time
    def failing() -> None:
        raise error

    @log_execution_time
    async def failing_later() -> None:
        await asyncio.sleep(0)
        raise error

    coroutine = failing_later()
    coroutine.send(None)
    for call in (failing, lambda: coroutine.send(None)):
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error
        assert error.__context__ is None
        assert error.__cause__ is None
        assert caught.traceback[-1].name.startswith("failing")
        error.__traceback__ = None

    assert names(journal) == [("", "failing"), ("", "failing_later")]


def test_a_coroutine_that_is_cancelled(journal: Journal) -> None:
    """A task that is cancelled within a decorated coroutine is cancelled, and emits its event."""
    started = asyncio.Event()

    @log_execution_time
    async def endless() -> None:
        started.set()
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.create_task(endless())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    asyncio.run(main())

    assert names(journal) == [("", "endless")]


def fail(_: Any) -> bool:
    """Be a filter that raises."""
    raise RuntimeError("of the filter")


def test_what_goes_wrong_with_telemetry_stays_there(journal: Journal) -> None:
    """A filter that raises changes neither the result of a decorated function nor its exception."""
    telemetry_logger.addFilter(fail)

    @log_execution_time
    def failing() -> None:
        raise OwnError

    assert doubled(2) == 4
    with pytest.raises(OwnError):
        failing()
    telemetry_logger.filters = []
    assert journal.lines() == []


def test_a_name_that_is_no_text(journal: Journal) -> None:
    """A function whose name is no Unicode does its work all the same."""

    def function() -> int:
        return 1

    function.__qualname__ = "\udcff.method"
    assert log_execution_time(function)() == 1

    assert names(journal) == [("\N{REPLACEMENT CHARACTER}", "method")]
