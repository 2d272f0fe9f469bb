"""What the surrounding work has set for all records made within it: docs/record.md, sections 1 and 2."""

from contextvars import ContextVar
from typing import Any

from telemetry_events.encoder import canonical_json
from telemetry_events.limit import shortened
from telemetry_events.v1 import TelemetryContext

__all__ = ["EMPTY", "Context", "current_context"]


class Context:
    """The context of a record, which never changes: an inner one is a new one, around the outer."""

    __slots__ = ("_printed", "fields", "outer", "own", "owner")

    def __init__(self, own: dict[str, Any], outer: "Context | None" = None, owner: object = None) -> None:
        self.own = own
        self.outer = outer
        self.owner = owner
        self.fields: dict[str, Any] = own if outer is None else outer.fields | own
        self._printed: dict[type | None, bytes] = {}

    def without(self, owner: object) -> "Context":
        """Return this context without the innermost part that `owner` has added, if there is one."""
        if self.outer is None:
            return self
        if self.owner is owner:
            return self.outer
        outer = self.outer.without(owner)
        return self if outer is self.outer else Context(self.own, outer, self.owner)

    def printed(self, kind: type | None) -> bytes:
        """Return the members that stand before those of an event of `kind`, between commas.

        A member that the event's type has too is the event's (docs/record.md, 1.4).
        """
        printed = self._printed.get(kind)
        if printed is None:
            theirs = getattr(kind, "__dataclass_fields__", {})
            members = {name: value for name, value in self.fields.items() if name not in theirs}
            json = canonical_json(TelemetryContext(**members))[1:-1]
            printed = self._printed[kind] = b",%b," % json if json else b","
        return printed

    def shortened(self) -> "Context":
        """Return this context with its long strings cut (docs/record.md, 7.2)."""
        return Context({name: shortened(value) for name, value in self.fields.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        return Context, (self.fields,)


EMPTY = Context({})
current_context: ContextVar[Context] = ContextVar("telemetry_events.context", default=EMPTY)
