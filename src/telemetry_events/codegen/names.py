"""The Python names of what a schema declares: the schema's own, and those that betterproto2 gives."""

from betterproto2_compiler.compile.naming import pythonize_class_name, pythonize_enum_member_name

from telemetry_events.schema.model import Enum, EnumValue, Field, Message

__all__ = ["betterproto_name", "class_name", "constant", "python_type", "scalar_zero", "texts_name"]

_SCALARS = {
    "string": ("str", '""'),
    "bool": ("bool", "False"),
    "int32": ("int", "0"),
    "int64": ("int", "0"),
    "uint32": ("int", "0"),
    "double": ("float", "0.0"),
}


def class_name(declared: Message | Enum) -> str:
    """Return the name that the schema gives, `OuterInner` for what is nested."""
    return declared.name.replace(".", "")


def betterproto_name(declared: Message | Enum) -> str:
    """Return the name of betterproto2's class, which spells acronyms as words."""
    return pythonize_class_name(declared.name)


def constant(enum: Enum, value: EnumValue) -> str:
    """Return the name of the member that betterproto2 makes of a value."""
    return pythonize_enum_member_name(value.name, enum.name)


def python_type(field: Field, types: dict[str, str]) -> str:
    """Return the annotation of one value of the field; `types` has the classes by full name."""
    return _SCALARS[field.type][0] if field.type in _SCALARS else types[field.type_name]


def scalar_zero(field: Field, types: dict[str, str]) -> str:
    """Return the zero value of a field, as an expression."""
    return _SCALARS[field.type][1] if field.type in _SCALARS else f"{types[field.type_name]}(0)"


def texts_name(kind: str) -> str:
    """Return the name of the table that has the texts of an enum's members."""
    return f"_{kind}_texts"
