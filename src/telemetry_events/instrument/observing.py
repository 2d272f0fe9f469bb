"""Observes a function of whatever kind, from its begin to its end, and leaves it what it is."""

import functools
import inspect
import sys
import types
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, Protocol, TypeVar, cast

from telemetry_events.errors import EncodeError

__all__ = ["Observer", "Unobserved", "observing"]

F = TypeVar("F")


class Observer(Protocol):
    """What sees one call: a generator's is paused wherever its consumer keeps it waiting."""

    def pause(self) -> None:
        """See that the function waits for its consumer."""
        ...

    def resume(self) -> None:
        """See that the function goes on."""
        ...

    def end(self) -> None:
        """See that the function has ended, with a result or with an exception."""
        ...


def observing(function: F, begin: Callable[..., Observer]) -> F:
    """Return the function with an observer of each call, which `begin` makes of the call's arguments.

    For functions, coroutines, generators and asynchronous generators: each stays what it is, with its
    signature and its types, returns what it returned and raises what it raised.
    """
    target = cast("Callable[..., Any]", function)
    # What is called of an object that is no function itself says of what kind it is.
    is_own = inspect.isroutine(function) or type(function) is functools.partial
    kind: Callable[..., Any] = target if is_own else type(target).__call__
    if inspect.isasyncgenfunction(kind):
        observed = _async_generator(target, begin)
    elif inspect.iscoroutinefunction(kind):
        observed = _coroutine(target, begin)
    elif inspect.isgeneratorfunction(kind):
        observed = _generator(target, begin)
        if kind.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE:
            observed = types.coroutine(observed)
    else:
        observed = _function(target, begin)
    return cast("F", functools.update_wrapper(observed, target))


def _function(function: Callable[..., Any], begin: Callable[..., Observer]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        observer = _begun(begin, args, options)
        try:
            return function(*args, **options)
        finally:
            _end(observer)

    return call


def _coroutine(function: Callable[..., Any], begin: Callable[..., Observer]) -> Callable[..., Any]:
    async def call(*args: Any, **options: Any) -> Any:
        observer = _begun(begin, args, options)
        try:
            return await function(*args, **options)
        finally:
            _end(observer)

    return call


# The two below pass on what their consumer sends, throws and closes, as `yield from` does (PEP 380), which
# would not say when the generator waits, and which asynchronous generators do not have.


def _generator(function: Callable[..., Any], begin: Callable[..., Observer]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Generator[Any, Any, Any]:
        observer = _begun(begin, args, options)
        try:
            inner: Generator[Any, Any, Any] = function(*args, **options)
            resume: Callable[[], Any] = functools.partial(next, inner)
            while True:
                try:
                    value = resume()
                except StopIteration as end:
                    return end.value
                observer.pause()
                try:
                    resume = functools.partial(inner.send, (yield value))
                except BaseException as error:
                    resume = functools.partial(inner.throw, error)
                observer.resume()
        finally:
            _end(observer)

    return call


def _async_generator(function: Callable[..., Any], begin: Callable[..., Observer]) -> Callable[..., Any]:
    async def call(*args: Any, **options: Any) -> AsyncGenerator[Any, Any]:
        observer = _begun(begin, args, options)
        try:
            inner: AsyncGenerator[Any, Any] = function(*args, **options)
            resume = _first_step(inner)
            while True:
                try:
                    value = await resume()
                except StopAsyncIteration:
                    return
                observer.pause()
                try:
                    resume = functools.partial(inner.asend, (yield value))
                except BaseException as error:
                    resume = functools.partial(inner.athrow, error)
                observer.resume()
        finally:
            _end(observer)

    return call


def _first_step(inner: AsyncGenerator[Any, Any]) -> Callable[[], Any]:
    """Begin an asynchronous generator without the event loop's hooks.

    The loop would close it at its end, beside the one that stands for it and closes it itself.
    """
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        first = inner.asend(None)
    finally:
        sys.set_asyncgen_hooks(*hooks)
    return lambda: first


class Unobserved:
    """Observes nothing."""

    def pause(self) -> None:
        """See nothing."""

    def resume(self) -> None:
        """See nothing."""

    def end(self) -> None:
        """See nothing."""


# Whatever telemetry does wrong, the program does not see it; but where tests are strict, they do.


def _begun(begin: Callable[..., Observer], args: tuple[Any, ...], options: dict[str, Any]) -> Observer:
    try:
        return begin(*args, **options)
    except EncodeError:
        raise
    except Exception:
        return Unobserved()


def _end(observer: Observer) -> None:
    try:
        observer.end()
    except EncodeError:
        raise
    except Exception:  # noqa: S110 (see above)
        pass
