"""Hooks fire around the runs and epochs of algorithms that know nothing of them."""

# ruff: noqa: ARG002 (what a hook is told, and an epoch is given, is not always of use)

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from instrument.algorithms import Algorithm, Trained, steps

from telemetry_events.instrument import log_execution_time
from telemetry_events.testing import capture_events


def test_runs_and_epochs() -> None:
    """Each run and each epoch fires its hooks once, also where a run calls the one that it overrides."""
    algorithm = Trained()

    assert algorithm.run(1, more=2) == ((1,), {"more": 2})

    epochs = [each[2:] for each in algorithm.hook.seen if each[0].startswith("epoch")]
    assert steps(algorithm) == ["run start", *["epoch start", "epoch end"] * 2, "run end"]
    assert epochs == [(1, 2), (1, 2), (2, 2), (2, 2)]


def test_what_a_run_may_be_called_with() -> None:
    """A run, and an epoch, take any names for their arguments."""
    names = [
        "name",
        "owner",
        "boundary",
        "algorithm",
        "begin",
        "function",
        "args",
        "options",
        "epoch",
        "observer",
    ]

    class Named(Algorithm):
        def run_epoch(self, **options: Any) -> Any:
            return options

    for name in names:
        algorithm = Named()
        assert algorithm.run(**{name: 1}) == ((), {name: 1})
        assert algorithm.run_epoch(**{name: 1}) == {name: 1}
        assert len(algorithm.hook.seen) == 4


@pytest.mark.parametrize(
    ("epoch", "expected"), [(1, 1), (0, 0), (-1, -1), (True, None), (1.0, None), ("1", None), (None, None)]
)
@pytest.mark.parametrize(
    "limit", [{}, {"max_epochs": None}, {"max_epochs": "many"}, {"max_epochs": 9}], ids=str
)
def test_numbers_of_epochs(epoch: Any, expected: int | None, limit: dict[str, Any]) -> None:
    """An epoch is told by its number, if it is one, and so is how many there are to be."""

    class Epochs(Algorithm):
        def run_epoch(self, epoch: Any) -> None: ...

    algorithm = Epochs()
    vars(algorithm).update(limit)
    algorithm.run_epoch(epoch)
    algorithm.run_epoch(epoch=epoch)

    known = 9 if limit.get("max_epochs") == 9 else None
    assert [each[2:] for each in algorithm.hook.seen] == [(expected, known)] * 4


def test_an_epoch_without_a_number() -> None:
    """An epoch that is called without a number has none."""

    class Epochs(Algorithm):
        def run_epoch(self) -> int:
            return 1

    algorithm = Epochs()

    assert algorithm.run_epoch() == 1
    assert [each[2:] for each in algorithm.hook.seen] == [(None, None)] * 2


class Inherited(Trained):
    """An algorithm that changes nothing."""


class Wrapped(Trained):
    """A subclass of a subclass that runs what it overrides."""

    def run(self, *args: Any, **options: Any) -> Any:
        """Run as its base does."""
        return super().run(*args, **options)

    def run_epoch(self, epoch: int, data: str) -> str:
        """Run as its base does."""
        return super().run_epoch(epoch, data)


class Mixin:
    """A class that is no algorithm, with a run of its own around another's."""

    def run(self, *args: Any, **options: Any) -> Any:
        """Run what comes next."""
        return super().run(*args, **options)  # type: ignore[misc]


class Mixed(Mixin, Trained):
    """An algorithm whose outermost run is that of a class that is no algorithm."""


class Other(Algorithm):
    """Another algorithm."""

    def run(self, *args: Any, **options: Any) -> Any:
        """Run what comes next."""
        return super().run(*args, **options)


class Diamond(Other, Trained):
    """An algorithm with two bases that are algorithms."""


@pytest.mark.parametrize(
    "kind", [Trained, Inherited, Wrapped, Mixed, Diamond], ids=lambda kind: kind.__name__
)
def test_every_subclass(kind: type[Trained]) -> None:
    """However a class comes by its run and its epoch, each call fires the hooks once."""
    algorithm = kind()
    algorithm.run()

    assert steps(algorithm) == ["run start", *["epoch start", "epoch end"] * 2, "run end"]


def test_a_run_within_another() -> None:
    """The run of another algorithm within a run is a run of its own, also of the same class."""
    inner = Trained()

    class Outer(Algorithm):
        def run(self) -> None:
            inner.run()
            Trained.run(inner)

    outer = Outer()
    outer.run()

    assert steps(outer) == ["run start", "run end"]
    assert steps(inner).count("run start") == 2


@pytest.mark.parametrize("error", [ValueError("DOE"), KeyboardInterrupt()], ids=repr)
def test_a_run_that_fails(error: BaseException) -> None:
    """A run that fails ends too, and the exception goes on as it came."""

    class Failing(Algorithm):
        def run(self) -> None:
            self.run_epoch(1)

        def run_epoch(self, epoch: int) -> None:
            raise error

    algorithm = Failing()
    with pytest.raises(type(error)) as caught:
        algorithm.run()

    assert caught.value is error
    assert error.__context__ is None
    assert steps(algorithm) == ["run start", "epoch start", "epoch end", "run end"]


def test_other_kinds_of_runs() -> None:
    """A run that is a coroutine or a generator fires its hooks when it begins and when it ends."""

    class Later(Algorithm):
        async def run(self) -> str:
            await asyncio.sleep(0)
            return "later"

        async def run_epoch(self, epoch: int) -> AsyncIterator[int]:
            yield epoch

    class Steps(Algorithm):
        def run(self) -> Iterator[int]:
            yield 1
            yield 2

    async def main() -> list[int]:
        return [each async for each in later.run_epoch(5)]

    later, generated = Later(), Steps()
    coroutine = later.run()
    assert steps(later) == []
    assert asyncio.run(coroutine) == "later"
    assert asyncio.run(main()) == [5]
    assert steps(later) == ["run start", "run end", "epoch start", "epoch end"]
    run = generated.run()
    assert steps(generated) == []
    assert next(run) == 1
    assert steps(generated) == ["run start"]
    assert list(run) == [2]
    assert steps(generated) == ["run start", "run end"]


def test_further_decorators() -> None:
    """A run that is decorated otherwise is decorated still."""

    class Timed(Algorithm):
        @log_execution_time
        def run(self) -> str:
            """Do the work."""
            return "timed"

        @staticmethod
        def run_epoch(epoch: int) -> int:
            """Return its number."""
            return epoch

    algorithm = Timed()
    with capture_events() as captured:
        assert algorithm.run() == "timed"

    assert len(captured.events) == 1
    assert Timed.run.__doc__ == "Do the work."
    assert Timed.run_epoch(3) == 3
    assert steps(algorithm) == ["run start", "run end"]
