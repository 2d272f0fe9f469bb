"""`telemetry_context`: what the surrounding work sets for all records made within it."""

from collections.abc import Callable
from typing import ParamSpec

from telemetry_events.context import Context, current_context
from telemetry_events.errors import EncodeError
from telemetry_events.logger import telemetry_logger
from telemetry_events.v1 import TelemetryContext, TelemetryErrorKind, TelemetryInvalidEvent

__all__ = ["Scope", "telemetry_context"]

P = ParamSpec("P")


class Scope:
    """A `with` block whose records carry a context. Several may enter it at a time, and more than once."""

    def __init__(self, context: TelemetryContext) -> None:
        self._fields = _fields(context)

    def __enter__(self) -> None:
        current_context.set(Context(self._fields, current_context.get(), self))

    def __exit__(self, *_: object) -> None:
        # Not by a token: blocks of generators end in any order, and elsewhere than they began.
        current_context.set(current_context.get().without(self))


def _scoping(context: Callable[P, TelemetryContext]) -> Callable[P, Scope]:
    def telemetry_context(*args: P.args, **options: P.kwargs) -> Scope:
        """Return a `with` block whose records carry these fields, unless the event has them itself.

        Blocks nest: an inner one adds fields, and overrides those of the same name. They follow the work into
        tasks of asyncio, and into threads where the program copies its `contextvars`. Fields that are no
        texts are left out, with a `telemetry_invalid` record that names them.
        """
        return Scope(context(*args, **options))

    return telemetry_context


telemetry_context = _scoping(TelemetryContext)


def _fields(context: TelemetryContext) -> dict[str, str]:
    """Return the fields that are set, without those that no record could print."""
    found: dict[str, str] = {}
    for name, value in vars(context).items():
        if name in context.__dataclass_fields__ and value is not None:
            try:
                TelemetryContext(**{name: value})._members(None)
                found[name] = value
            except EncodeError as error:
                kind = TelemetryErrorKind[error.kind.upper()]
                telemetry_logger.error(TelemetryInvalidEvent("", error.field, kind))
    return found
