"""Hooks change nothing for an algorithm, and those of the library emit its progress."""

# ruff: noqa: ARG002 (what a hook is told, and an epoch is given, is not always of use)

from typing import Any

import pytest
from instrument.algorithms import Recorded, Trained
from record.journals import Journal

from telemetry_events import EncodeError, canonical_json
from telemetry_events.instrument import AlgorithmHooks, AlgorithmProgress, BaseAlgorithmHook
from telemetry_events.testing import capture_events
from telemetry_events.v1 import AlgorithmProgressEvent


class Raising(BaseAlgorithmHook):
    """A hook that raises everywhere."""

    def on_run_start(self, algorithm: object) -> None:
        """Raise."""
        raise ValueError(str(algorithm))

    on_run_end = on_run_start

    def on_epoch_start(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """Raise an error such as a hook may get from this library itself."""
        canonical_json(AlgorithmProgressEvent(1, "", "", ""))  # type: ignore[arg-type]

    on_epoch_end = on_epoch_start


def odd_property(_: object) -> Any:
    """Be a property that raises."""
    raise RuntimeError("of a property")


@pytest.mark.parametrize(
    "odd",
    [
        {"hooks": [Raising()]},
        {"hooks": None},
        {"hooks": Raising()},
        {"hooks": 7},
        {"hooks": [None, object(), Raising]},
        {"hooks": {"run": Raising()}},
        {"hooks": property(odd_property)},
        {"max_epochs": property(odd_property)},
        {"step_info": property(odd_property)},
    ],
    ids=lambda odd: "".join(odd) + " " + type(next(iter(odd.values()))).__name__,
)
def test_hooks_that_go_wrong(odd: dict[str, Any], journal: Journal) -> None:
    """Whatever is wrong with hooks, and with what they ask for, the algorithm does not see it."""

    class Plain(AlgorithmHooks):
        def run(self) -> str:
            return self.run_epoch(1)

        def run_epoch(self, epoch: int) -> str:
            return "done"

    assert type("Odd", (Plain,), odd)().run() == "done"
    assert len(journal.lines()) <= 4


def test_the_other_hooks_of_one_that_raises() -> None:
    """A hook that raises keeps none of the others from being called, in their order."""
    algorithm = Trained()
    second = Recorded()
    algorithm.hooks = [Raising(), algorithm.hook, Raising(), second]
    algorithm.run()

    assert algorithm.hook.seen == second.seen
    assert len(second.seen) == 6


def test_hooks_of_the_class() -> None:
    """Hooks are an attribute of the class or of the instance, looked up at each boundary."""
    hook = Recorded()

    class Plain(AlgorithmHooks):
        hooks = (hook,)

        def run(self) -> None:
            self.hooks = (hook, hook)

    Plain().run()

    assert [each[0] for each in hook.seen] == ["run start", "run end", "run end"]


def test_progress(journal: Journal) -> None:
    """Without more ado each boundary emits an event with algorithm, side, step and epoch."""

    class MeanPixelValue(AlgorithmHooks):
        max_epochs = 3
        step_info = "of the algorithm"

        def run(self) -> None:
            self.run_epoch(1)

        def run_epoch(self, epoch: int) -> None:
            self.step_info = None

    MeanPixelValue().run()

    records = journal.records()
    wanted = ["algorithm_name", "task_context", "step", "current_epoch", "max_epochs", "step_info"]
    known = ("MeanPixelValue", "worker")
    assert [tuple(record.get(name) for name in wanted) for record in records] == [
        (*known, "run_start", None, None, "of the algorithm"),
        (*known, "epoch_start", 1, 3, "of the algorithm"),
        (*known, "epoch_end", 1, 3, None),
        (*known, "run_end", None, None, None),
    ]
    assert all(record["message"] == "algorithm_progress" for record in records)
    assert all(record["datetime"] <= record["timestamp"] for record in records)


def test_progress_of_the_modeller(journal: Journal) -> None:
    """The side of the task is told as it was given."""

    class Federated(AlgorithmHooks):
        hooks = (AlgorithmProgress(task_context="modeller"), BaseAlgorithmHook())

        def run(self) -> None: ...

    Federated().run()

    assert [record["task_context"] for record in journal.records()] == ["modeller"] * 2


def test_progress_in_tests_of_a_program() -> None:
    """Where events are captured strictly, one that cannot be encoded fails the run, as a test wants it."""

    class Epochs(AlgorithmHooks):
        def run_epoch(self, epoch: int) -> None: ...

    with capture_events(), pytest.raises(EncodeError, match="current_epoch"):
        Epochs().run_epoch(2**40)
