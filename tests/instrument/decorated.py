"""Functions and methods of every kind, decorated."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from telemetry_events.instrument import log_execution_time

__all__ = ["Derived", "Shape", "awaited", "counted", "counted_later", "doubled"]


@log_execution_time
def doubled(number: int, *, more: "int" = 0) -> int:
    """Return twice a number."""
    return 2 * number + more


@log_execution_time
async def awaited(number: int) -> int:
    """Return a number, later."""
    await asyncio.sleep(0)
    return number


@log_execution_time
def counted(number: int) -> Iterator[int]:
    """Count."""
    yield from range(number)


@log_execution_time
async def counted_later(number: int) -> AsyncIterator[int]:
    """Count, later."""
    for each in range(number):
        yield each


class Shape:
    """A class with methods of every kind."""

    @log_execution_time
    def method(self, number: int) -> "tuple[Shape, int]":
        """Return what it was called with."""
        return self, number

    @log_execution_time
    @classmethod
    def class_outside(cls, number: int) -> Any:
        """Return what it was called with."""
        return cls, number

    @classmethod
    @log_execution_time
    def class_inside(cls, number: int) -> Any:
        """Return what it was called with."""
        return cls, number

    @log_execution_time
    @staticmethod
    def static_outside(number: int) -> int:
        """Return what it was called with."""
        return number

    @staticmethod
    @log_execution_time
    def static_inside(number: int) -> int:
        """Return what it was called with."""
        return number

    @property
    @log_execution_time
    def value(self) -> int:
        """A property over a decorated function."""
        return 7

    @log_execution_time
    def __call__(self, number: int) -> int:
        """Return what it was called with."""
        return number

    class Inner:
        """A class within a class."""

        @log_execution_time
        def method(self) -> None:
            """Do nothing."""


class Derived(Shape):
    """A class that inherits and overrides."""

    @log_execution_time
    def method(self, number: int) -> Any:
        """Call what it overrides."""
        return super().method(number)
