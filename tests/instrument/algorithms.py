"""Algorithms with a hook that keeps what it is told."""

# ruff: noqa: ARG002 (an epoch is given more than it uses)

from typing import Any

from telemetry_events.instrument import AlgorithmHooks, BaseAlgorithmHook

__all__ = ["Algorithm", "Recorded", "Trained", "steps"]


class Recorded(BaseAlgorithmHook):
    """A hook that keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    def on_run_start(self, algorithm: object) -> None:
        """Keep it."""
        self.seen.append(("run start", algorithm))

    def on_run_end(self, algorithm: object) -> None:
        """Keep it."""
        self.seen.append(("run end", algorithm))

    def on_epoch_start(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """Keep it."""
        self.seen.append(("epoch start", algorithm, epoch, max_epochs))

    def on_epoch_end(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """Keep it."""
        self.seen.append(("epoch end", algorithm, epoch, max_epochs))


class Algorithm(AlgorithmHooks):
    """The base class of a platform's algorithms."""

    def __init__(self) -> None:
        self.hook = Recorded()
        self.hooks = [self.hook]

    def run(self, *args: Any, **options: Any) -> Any:
        """Return what it was called with."""
        return args, options


class Trained(Algorithm):
    """An algorithm with epochs."""

    max_epochs = 2

    def run(self, *args: Any, **options: Any) -> Any:
        """Run the epochs, the second by keyword."""
        self.run_epoch(1, "data")
        self.run_epoch(epoch=2, data="data")
        return super().run(*args, **options)

    def run_epoch(self, epoch: int, data: str) -> str:
        """Return its data."""
        return data


def steps(algorithm: Any) -> list[str]:
    """Return at which boundaries the hook was called, always with the algorithm itself."""
    assert all(each[1] is algorithm for each in algorithm.hook.seen)
    return [each[0] for each in algorithm.hook.seen]
