"""What generated messages add to betterproto2's: a redacted `repr`, and all that a dataclass can do."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import fields
from inspect import get_annotations
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import betterproto2
from betterproto2.utils import classproperty

from telemetry_events.fields import type_name
from telemetry_events.redaction import RedactionKey

__all__ = ["EVENT_TYPES", "TelemetryEvent", "TelemetryMessage", "event_field"]

_Redactor = Callable[[str, RedactionKey | None], str]
_M = TypeVar("_M", bound="TelemetryMessage")


class TelemetryMessage(betterproto2.Message):
    """A message of a schema that keeps the rules of docs/schema-rules.md.

    Its constructor requires what is always there. Setting a field checks nothing: a wrong value
    is found when the message is encoded, where the error can be handled.
    """

    _redactors: ClassVar[Mapping[str, _Redactor]] = {}

    if TYPE_CHECKING:

        def _members(self, _key: RedactionKey | None) -> dict[str, object]: ...

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a message from its wire form. A field that is not there has its zero value."""
        with BytesIO(data) as stream:
            return cls._blank().load(stream)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any], *, ignore_unknown_fields: bool = False) -> Self:
        """Read a message from the dict form of protobuf's own JSON mapping."""
        message = cls._blank()
        vars(message).update(cls._from_dict_init(value, ignore_unknown_fields=ignore_unknown_fields))
        return message

    @classmethod
    def _blank(cls) -> Self:
        """Return a message with every field at its zero value, or absent."""
        zeros = {name: zero() for name, zero in cls._betterproto.default_gen.items()}
        return _restore(cls, zeros | {"_unknown_fields": b""})

    @classproperty
    def _betterproto(cls: Any) -> betterproto2.ProtoClassMetadata:  # noqa: N805
        """What betterproto2 knows of a class. It looks it up by inheritance, and would find a parent's."""
        if not hasattr(cls, "__dataclass_fields__"):
            raise AttributeError("only a generated message has fields", name="_betterproto", obj=cls)
        if "_betterproto_meta" not in cls.__dict__:
            cls._betterproto_meta = _Metadata(cls)
        return cast("betterproto2.ProtoClassMetadata", cls._betterproto_meta)

    @classmethod
    def _type_hints(cls) -> dict[str, type]:
        """Resolve each annotation in the module where it stands: betterproto2 tries one module only."""
        classes = [each for each in reversed(cls.__mro__) if "__dataclass_fields__" in each.__dict__]
        return {name: hint for each in classes for name, hint in get_annotations(each, eval_str=True).items()}

    def __repr__(self) -> str:
        """Show the constructor's arguments, redacted as in the canonical form without a key."""
        arguments = (
            f"{field.name}={_shown(self.__dict__.get(field.name), self._redactors.get(field.name))}"
            for field in fields(self)  # type: ignore[arg-type]  # every message is a dataclass
            if field.init
        )
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __bool__(self) -> bool:
        """Return true: a message is something, whatever its fields hold."""
        return True

    def __copy__(self, _: Any = None) -> Self:
        return _restore(type(self), self.__dict__)

    def __deepcopy__(self, memo: Any = None) -> Self:
        return _restore(type(self), deepcopy(self.__dict__, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        # By its attributes: the wire form, which betterproto2 pickles, has no place for a file
        # name that could not be decoded. A pickle is not redacted.
        return _restore, (type(self), self.__dict__)


class _Metadata(betterproto2.ProtoClassMetadata):
    # help() asks every base class for an attribute that does not say where it belongs, and
    # betterproto2's own base class answers with an AssertionError.
    __slots__ = ()
    __objclass__ = TelemetryMessage


# All types of events. To ask whether an object's type is among them costs a quarter of isinstance, as
# betterproto2's messages are abstract base classes to Python.
EVENT_TYPES: set[type] = set()


class TelemetryEvent(TelemetryMessage):
    """An event: a message with a name of its own, in `event`, which no constructor asks for."""

    _name: ClassVar[betterproto2.Enum]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        EVENT_TYPES.add(cls)

    if TYPE_CHECKING:
        event: betterproto2.Enum

    @classmethod
    def _blank(cls) -> Self:
        event = super()._blank()
        event.event = cls._name
        return event


def event_field(names: type[betterproto2.Enum]) -> Any:
    """Declare the field `event = 1` of an event: always set, and no parameter of the constructor."""
    field = betterproto2.field(1, betterproto2.TYPE_ENUM, default_factory=lambda: names(0))
    field.init = False
    return field


def _restore(kind: type[_M], state: Mapping[str, Any]) -> _M:
    message = kind.__new__(kind)
    vars(message).update(state)
    return message


def _shown(value: object, redact: _Redactor | None) -> str:
    """Return what `repr` shows of a value: no foreign `repr` runs, and no sensitive value shows."""
    if isinstance(value, str):
        return repr(redact(str.__str__(value), None) if redact else str.__str__(value))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_shown(each, redact) for each in cast('Sequence[object]', value))}]"
    if value is None or isinstance(value, TelemetryMessage):
        return repr(value)
    if isinstance(value, betterproto2.Enum) and not redact:
        return (
            f"{type(value).__name__}.{value.name}" if value.name else f"{type(value).__name__}({int(value)})"
        )
    if type(value) in (bool, int, float) and not redact:
        return repr(value)
    return f"<{type_name(value)}>"
