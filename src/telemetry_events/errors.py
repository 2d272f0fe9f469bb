"""The errors of this package: what is wrong, in which field, and never the value."""

from typing import ClassVar

__all__ = [
    "EncodeError",
    "IntegerRangeError",
    "NotFiniteError",
    "TelemetryError",
    "UnknownEnumError",
    "UnsupportedTypeError",
    "WrongEventError",
    "WrongTypeError",
]


class TelemetryError(ValueError):
    """Any error that this package raises on purpose."""


class EncodeError(TelemetryError):
    """A message has no canonical form (docs/canonical-json.md, section 7).

    `kind` is the stable name of the fault, the same in every language; `event` the message's
    type, such as `TaskErrorEvent`; `field` the path of the field at fault, such as
    `missing_columns[2]`, empty where the fault lies with the message as a whole. The value is
    in none of them, as it may identify a patient.
    """

    kind: ClassVar[str]

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.event = ""
        self.field = field
        self.problem = problem

    def __str__(self) -> str:
        where = ".".join(part for part in (self.event, self.field) if part)
        return f"{where}: {self.problem} ({self.kind})" if where else f"{self.problem} ({self.kind})"


class NotFiniteError(EncodeError):
    """A double is NaN or infinite."""

    kind = "not_finite"


class IntegerRangeError(EncodeError):
    """An integer lies outside its field's type, or beyond 2^53-1 either way."""

    kind = "integer_range"


class UnknownEnumError(EncodeError):
    """An enum field holds a number that the schema does not know."""

    kind = "unknown_enum"


class WrongEventError(EncodeError):
    """An event carries the name of another event."""

    kind = "wrong_event"


class WrongTypeError(EncodeError, TypeError):
    """A field holds a value of another type than the schema says."""

    kind = "wrong_type"


class UnsupportedTypeError(EncodeError, TypeError):
    """A message, or one of its fields, is of a type that has no canonical form."""

    kind = "unsupported_type"
