"""A decorated function looks like the bare one, to Python and to whoever asks."""

import abc
import asyncio
import inspect
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest
from instrument.decorated import Shape, awaited, counted, counted_later, doubled

from telemetry_events.instrument import log_execution_time

BARE: list[Callable[..., Any]] = [inspect.unwrap(f) for f in (doubled, awaited, counted, counted_later)]
PAIRS = list(zip([doubled, awaited, counted, counted_later], BARE, strict=True))
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].__name__)


@each_pair
def test_introspection(pair: tuple[Any, Any]) -> None:
    """A decorated function has its own name, signature, types, documentation and kind."""
    decorated, bare = pair

    assert decorated.__wrapped__ is bare
    for attribute in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        assert getattr(decorated, attribute) == getattr(bare, attribute)
    assert inspect.signature(decorated) == inspect.signature(bare)
    assert typing.get_type_hints(decorated) == typing.get_type_hints(bare)
    for check in (
        "isfunction",
        "iscoroutinefunction",
        "isgeneratorfunction",
        "isasyncgenfunction",
        "isroutine",
    ):
        assert getattr(inspect, check)(decorated) is getattr(inspect, check)(bare)
    assert asyncio.iscoroutinefunction(decorated) is asyncio.iscoroutinefunction(bare)


@each_pair
def test_what_a_call_returns(pair: tuple[Any, Any]) -> None:
    """A call returns an object of the same kind."""
    decorated, bare = pair
    found, expected = decorated(1), bare(1)
    try:
        assert type(found) is type(expected)
    finally:
        for each in (found, expected):
            if inspect.iscoroutine(each):
                each.close()


@each_pair
@pytest.mark.parametrize("arguments", [(), (1, 2), ("a", "b", "c")])
def test_wrong_arguments(pair: tuple[Any, Any], arguments: tuple[Any, ...]) -> None:
    """Wrong arguments are a TypeError with the same words, at the latest where the result is used."""
    decorated, bare = pair
    with pytest.raises(TypeError) as expected:
        bare(*arguments)
    with pytest.raises(TypeError) as found:
        used(decorated(*arguments))
    assert str(found.value) == str(expected.value)


def used(result: Any) -> None:
    """Begin what a call has made."""
    step = result.asend if inspect.isasyncgen(result) else result.send
    made = step(None)
    if inspect.isawaitable(made):
        made.send(None)


@each_pair
def test_pickling(pair: tuple[Any, Any]) -> None:
    """A decorated function of a module is pickled by its name, as any."""
    assert pickle.loads(pickle.dumps(pair[0])) is pair[0]


def test_pickling_of_methods() -> None:
    """Decorated methods of a class of a module are pickled by their names, as any."""
    for method in (
        Shape.class_outside,
        Shape.class_inside,
        Shape.static_outside,
        Shape.static_inside,
        Shape.method,
    ):
        assert pickle.loads(pickle.dumps(method)) == method


class Abstract(abc.ABC):
    """A class with abstract methods, decorated in either order."""

    @log_execution_time
    @abc.abstractmethod
    def outside(self) -> None:
        """Do nothing."""

    @abc.abstractmethod
    @log_execution_time
    def inside(self) -> None:
        """Do nothing."""

    @log_execution_time
    @classmethod
    @abc.abstractmethod
    def of_class(cls) -> None:
        """Do nothing."""


def test_abstract_methods_stay_abstract() -> None:
    """An abstract method is abstract whichever decorator is outside."""
    assert Abstract.__abstractmethods__ == {"outside", "inside", "of_class"}
