"""Hooks around the runs and the epochs of algorithms, which know nothing of them."""

from collections.abc import Sequence
from functools import partial
from inspect import isfunction
from typing import Any, cast

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.errors import EncodeError
from telemetry_events.instrument.observing import Observer, Unobserved, observing
from telemetry_events.logger import telemetry_logger
from telemetry_events.v1 import AlgorithmProgressEvent

__all__ = ["AlgorithmHooks", "AlgorithmProgress", "BaseAlgorithmHook"]


class BaseAlgorithmHook:
    """What is called at the boundaries of an algorithm's life: override what you need."""

    def on_run_start(self, algorithm: object) -> None:
        """See that a run begins."""

    def on_run_end(self, algorithm: object) -> None:
        """See that a run has ended, with a result or with an exception."""

    def on_epoch_start(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """See that an epoch begins, counted from 1; `None` stands for what the algorithm does not say."""

    def on_epoch_end(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """See that an epoch has ended, with a result or with an exception."""


class AlgorithmProgress(BaseAlgorithmHook):
    """Emits an `AlgorithmProgressEvent` at each boundary.

    `task_context` is the side of the task: `worker` or `modeller`. Where an algorithm has a text as its
    attribute `step_info`, the event carries it.
    """

    def __init__(self, task_context: str = "worker") -> None:
        self._task_context = task_context

    def on_run_start(self, algorithm: object) -> None:
        """Emit `run_start`."""
        self._emit(algorithm, "run_start")

    def on_run_end(self, algorithm: object) -> None:
        """Emit `run_end`."""
        self._emit(algorithm, "run_end")

    def on_epoch_start(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """Emit `epoch_start`."""
        self._emit(algorithm, "epoch_start", epoch, max_epochs)

    def on_epoch_end(self, algorithm: object, epoch: int | None, max_epochs: int | None) -> None:
        """Emit `epoch_end`."""
        self._emit(algorithm, "epoch_end", epoch, max_epochs)

    def _emit(
        self, algorithm: object, step: str, epoch: int | None = None, max_epochs: int | None = None
    ) -> None:
        info = _attribute(algorithm, "step_info")
        telemetry_logger.info(
            AlgorithmProgressEvent(
                algorithm_name=type(algorithm).__name__,
                task_context=self._task_context,
                step=step,
                datetime=rfc3339(now_ms()),
                current_epoch=epoch,
                max_epochs=max_epochs,
                step_info=info if isinstance(info, str) else None,
            )
        )


class AlgorithmHooks:
    """A mixin for the base class of algorithms: fires `hooks` around each subclass's `run` and `run_epoch`.

    `run_epoch(self, epoch, …)` is called once an epoch by the algorithm itself. `hooks` is an attribute of
    the class or of the instance. An attribute `max_epochs`, where there is one, says how many epochs a run is
    to have. A hook that raises changes nothing: the algorithm does not see it.
    """

    hooks: Sequence[BaseAlgorithmHook] = (AlgorithmProgress(),)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for boundary, name in (("run", "run"), ("epoch", "run_epoch")):
            owner = next((each for each in cls.__mro__ if name in vars(each)), cls)
            function = vars(owner).get(name)
            # One of a base class that knows nothing of hooks is the subclass's own, to them.
            if isfunction(function) and (owner is cls or not issubclass(owner, AlgorithmHooks)):
                setattr(cls, name, observing(function, partial(_begin, cls, boundary, name)))


def _begin(
    owner: type, boundary: str, name: str, algorithm: Any, /, *args: object, **options: object
) -> Observer:
    """Return what fires the hooks of one call, if it is not one that a subclass's own method makes."""
    if getattr(cast("type[object]", type(algorithm)), name, None) is not vars(owner)[name]:
        return Unobserved()
    if boundary == "run":
        return _Firing(algorithm, boundary)
    epoch = args[0] if args else options.get("epoch")
    return _Firing(algorithm, boundary, _number(epoch), _number(_attribute(algorithm, "max_epochs")))


def _attribute(algorithm: object, name: str) -> object:
    try:
        return getattr(algorithm, name, None)
    except Exception:  # of a property
        return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class _Firing(Unobserved):
    """Fires the hooks when it is made, and when the call ends."""

    def __init__(self, algorithm: Any, boundary: str, *details: int | None) -> None:
        self._algorithm = algorithm
        self._boundary = boundary
        self._details = details
        self._fire("start")

    def end(self) -> None:
        self._fire("end")

    def _fire(self, moment: str) -> None:
        hooks = _attribute(self._algorithm, "hooks")
        for hook in cast("Sequence[object]", hooks if isinstance(hooks, Sequence) else ()):
            try:
                getattr(hook, f"on_{self._boundary}_{moment}")(self._algorithm, *self._details)
            except Exception as error:
                # An algorithm must not fail over who watches it; but where tests are strict, they see it.
                if isinstance(error, EncodeError) and isinstance(hook, AlgorithmProgress):
                    raise
