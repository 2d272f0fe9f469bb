"""Reads the model of a schema out of the descriptors of a buf image or a compiler's request."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from telemetry_events.errors import TelemetryError
from telemetry_events.schema.model import Enum, EnumValue, Field, Location, Message, Schema

__all__ = ["read_image", "read_schema"]

OPTIONS = "telemetry_events.v1"


def read_image(path: Path) -> Schema:
    """Read the image that `buf build -o PATH` wrote, without what it imports from `google`.

    Raises `TelemetryError` when the file cannot be read or is no image, and names it.
    """
    try:
        files = FileDescriptorSet.FromString(path.read_bytes()).file
        schema = read_schema(files)
    except OSError as error:
        raise TelemetryError(f"{path}: {error.strerror}") from None
    except (DecodeError, TypeError):  # protobuf raises the latter for files that do not go together
        raise TelemetryError(f"{path}: not an image; make one with `buf build -o image.binpb`") from None
    if not files:
        raise TelemetryError(f"{path}: the image is empty")
    return schema


def read_schema(files: Sequence[FileDescriptorProto]) -> Schema:
    """Read the model out of descriptors that hold all their imports, which come first."""
    options = _Options(files)
    messages: list[Message] = []
    enums: list[Enum] = []
    for file in files:
        if not file.package.startswith("google.protobuf"):
            reader = _FileReader(file, options)
            messages.extend(reader.messages())
            enums.extend(reader.enums())
    return Schema(tuple(messages), tuple(enums))


class _Options:
    """The custom options of options.proto, found by name in the descriptors themselves."""

    def __init__(self, files: Sequence[FileDescriptorProto]) -> None:
        self._pool = DescriptorPool()
        for file in files:
            self._pool.Add(file)

    @cached_property
    def _field_options(self) -> Any:
        try:
            return GetMessageClass(self._pool.FindMessageTypeByName("google.protobuf.FieldOptions"))
        except KeyError:
            return None

    def _extension(self, field: FieldDescriptorProto, name: str) -> tuple[Any, Any]:
        try:
            extension = self._pool.FindExtensionByName(f"{OPTIONS}.{name}")
        except KeyError:
            return None, None
        options = self._field_options.FromString(field.options.SerializeToString())
        return extension, options.Extensions[extension]

    def sensitivity(self, field: FieldDescriptorProto) -> str:
        extension, number = self._extension(field, "sensitivity")
        if extension is None:
            return "UNSPECIFIED"
        value = extension.enum_type.values_by_number.get(number)
        return value.name.removeprefix("SENSITIVITY_") if value else "UNSPECIFIED"

    def defaulted(self, field: FieldDescriptorProto) -> bool:
        return bool(self._extension(field, "defaulted")[1])


class _FileReader:
    """Reads one file. Paths are those of `SourceCodeInfo` (descriptor.proto)."""

    def __init__(self, file: FileDescriptorProto, options: _Options) -> None:
        self._file = file
        self._options = options
        self._source = {tuple(item.path): item for item in file.source_code_info.location}

    def messages(self) -> Iterator[Message]:
        for index, message in enumerate(self._file.message_type):
            yield from self._message(message, (4, index), "")

    def enums(self) -> Iterator[Enum]:
        for index, enum in enumerate(self._file.enum_type):
            yield self._enum(enum, (5, index), "")
        for index, message in enumerate(self._file.message_type):
            yield from self._nested_enums(message, (4, index), "")

    def _message(self, message: DescriptorProto, path: tuple[int, ...], outer: str) -> Iterator[Message]:
        if message.options.map_entry:  # the compiler's own, of which nobody sees anything
            return
        yield Message(
            package=self._file.package,
            name=outer + message.name,
            fields=tuple(
                self._field(each, message, (*path, 2, index)) for index, each in enumerate(message.field)
            ),
            syntax=self._file.syntax or "proto2",
            comment=self._comment(path),
            location=self._location(path),
        )
        for index, nested in enumerate(message.nested_type):
            yield from self._message(nested, (*path, 3, index), f"{outer}{message.name}.")

    def _field(self, field: FieldDescriptorProto, message: DescriptorProto, path: tuple[int, ...]) -> Field:
        oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
        entries = {nested.name for nested in message.nested_type if nested.options.map_entry}
        is_map = field.type_name.endswith(tuple(f".{message.name}.{entry}" for entry in entries))
        return Field(
            name=field.name,
            number=field.number,
            type="map"
            if is_map
            else FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower(),
            type_name=field.type_name.removeprefix("."),
            optional=field.proto3_optional,
            repeated=field.label == FieldDescriptorProto.LABEL_REPEATED,
            oneof="" if field.proto3_optional else oneof,
            sensitivity=self._options.sensitivity(field),
            defaulted=self._options.defaulted(field),
            comment=self._comment(path),
            location=self._location(path),
        )

    def _nested_enums(self, message: DescriptorProto, path: tuple[int, ...], outer: str) -> Iterator[Enum]:
        inner = f"{outer}{message.name}."
        for index, enum in enumerate(message.enum_type):
            yield self._enum(enum, (*path, 4, index), inner)
        for index, nested in enumerate(message.nested_type):
            yield from self._nested_enums(nested, (*path, 3, index), inner)

    def _enum(self, enum: EnumDescriptorProto, path: tuple[int, ...], outer: str) -> Enum:
        return Enum(
            package=self._file.package,
            name=outer + enum.name,
            values=tuple(
                EnumValue(
                    name=value.name,
                    number=value.number,
                    debug_redact=value.options.debug_redact,
                    comment=self._comment((*path, 2, index)),
                    location=self._location((*path, 2, index)),
                )
                for index, value in enumerate(enum.value)
            ),
            comment=self._comment(path),
            location=self._location(path),
        )

    def _comment(self, path: tuple[int, ...]) -> str:
        source = self._source.get(path)
        lines = source.leading_comments.splitlines() if source else []
        return "\n".join(line.removeprefix(" ").rstrip() for line in lines).strip()

    def _location(self, path: tuple[int, ...]) -> Location:
        source = self._source.get(path)
        return Location(self._file.name, source.span[0] + 1 if source else 1)
