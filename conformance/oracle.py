"""docs/canonical-json.md a second time, for tests only: written from the page, not from the encoder.

Nothing is shared with what it judges: protoc compiles the schema and not buf, Google's protobuf reads
the wire and not betterproto2, reflection finds the fields, and the package `rfc8785` prints.
"""

import base64
import hashlib
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import rfc8785
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

ROOT = Path(__file__).parent.parent
PACKAGES = ("telemetry_events.v1", "telemetry_conformance.v1")
SUFFIXES = (
    b".dcm .nii .nii.gz .nrrd .svs .ndpi .tif .tiff .png .jpg .jpeg .e2e .fda .sdb .csv .parquet "
    b".json .xml .pdf .zip"
).split()
FRAME = re.compile(rb'[ \t]*File "([^"]*)", line ([0-9]{1,9}), in ([^\x00-\x20"\x7F]+)[ \t\r]*')


class Key(NamedTuple):
    """A redaction key, per 8.7."""

    id: str
    secret: bytes


class Fault(NamedTuple):
    """What is wrong, and where, per 7.1."""

    kind: str
    field: str


class NoCanonicalFormError(Exception):
    """A message has faults: all of them, of which an encoder reports any one, per 7.2."""

    def __init__(self, faults: frozenset[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def canonical(message: Message, key: Key | None = None) -> bytes:
    """Return the canonical form of a message of Google's, or raise `NoCanonicalFormError`."""
    faults: set[Fault] = set()
    members = _object(message, key, "", faults)
    if faults:
        raise NoCanonicalFormError(frozenset(faults))
    return rfc8785.dumps(members)


def message_class(name: str) -> type[Any]:
    """Return Google's class for the full name of a message."""
    return GetMessageClass(_pool().FindMessageTypeByName(name))


def message_types() -> Iterator[Descriptor]:
    """Yield every message of both packages."""
    for file in _schema().file:
        if file.package in PACKAGES:
            yield from _pool().FindFileByName(file.name).message_types_by_name.values()


def is_event(message: Descriptor) -> bool:
    """Return whether a message is an event, by its name."""
    return message.name.endswith("Event")


@cache
def event_number(event: Descriptor) -> int:
    """Return the number of an event's name: that of the value with the same letters."""
    names: Any = event.fields_by_name["event"].enum_type
    letters = event.name.removesuffix("Event").lower()
    [number] = (n for n in names.values_by_number if _text(names, n).replace("_", "") == letters)
    return int(number)


@cache
def sensitivity(field: FieldDescriptor) -> str:
    """Return the name of a field's sensitivity, such as `PERSON`."""
    extension: Any = _pool().FindExtensionByName("telemetry_events.v1.sensitivity")
    options = message_class("google.protobuf.FieldOptions").FromString(field.GetOptions().SerializeToString())
    name: str = extension.enum_type.values_by_number[options.Extensions[extension]].name
    return name.removeprefix("SENSITIVITY_")


@cache
def _schema() -> descriptor_pb2.FileDescriptorSet:
    roots = [ROOT / "proto", ROOT / "conformance" / "proto"]
    files = [file for root in roots for file in sorted(root.rglob("*.proto"))]
    protoc = [sys.executable, "-m", "grpc_tools.protoc", *(f"--proto_path={root}" for root in roots)]
    with TemporaryDirectory() as folder:
        out = Path(folder, "schema.binpb")
        subprocess.run([*protoc, "--include_imports", f"--descriptor_set_out={out}", *files], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())


@cache
def _pool() -> DescriptorPool:
    pool = DescriptorPool()
    for file in _schema().file:
        pool.Add(file)
    return pool


def _object(message: Any, key: Key | None, path: str, faults: set[Fault]) -> dict[str, Any]:
    """Build the members of a message, per sections 1, 2 and 3."""
    members: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value, where = getattr(message, field.name), f"{path}.{field.name}".removeprefix(".")
        if field.name == "event" and is_event(message.DESCRIPTOR):
            bound = event_number(message.DESCRIPTOR)
            members["event"] = _text(field.enum_type, bound)
            if value not in (0, bound):
                faults.add(Fault("wrong_event", where))
        elif field.is_repeated:
            members[field.name] = [
                _value(field, each, key, f"{where}[{index}]", faults) for index, each in enumerate(value)
            ]
        elif not field.has_presence or message.HasField(field.name):
            members[field.name] = _value(field, value, key, where, faults)
    return members


def _text(enum: EnumDescriptor, number: int) -> str:
    """Return the text of a number that an enum knows, per 4.1 and 4.2."""
    prefix = enum.values_by_number[0].name[: -len("UNSPECIFIED")]
    return enum.values_by_number[number].name[len(prefix) :].lower()


def _value(field: FieldDescriptor, value: Any, key: Key | None, path: str, faults: set[Fault]) -> Any:
    """Return one value as JSON has it, per sections 4, 5, 6 and 8."""
    if field.message_type is not None:
        return _object(value, key, path, faults)
    if field.enum_type is not None:
        if value in field.enum_type.values_by_number:
            return _text(field.enum_type, value)
        faults.add(Fault("unknown_enum", path))
    elif isinstance(value, str):
        return _redacted(sensitivity(field), value.encode(), key).decode()
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add(Fault("not_finite", path))
    elif isinstance(value, int) and abs(value) >= 2**53:
        faults.add(Fault("integer_range", path))
    return value


def _redacted(kind: str, value: bytes, key: Key | None) -> bytes:
    """Return what stands for a string, per section 8."""
    if kind == "STACK_FRAMES":
        return _frames(value)
    if kind not in ("PERSON", "FILE_NAME") or not value:
        return value
    lowered = value.lower()  # of bytes: ASCII only
    suffix = max((each for each in SUFFIXES if lowered.endswith(each)), key=len, default=b"")
    return _token(value, key) + (suffix if kind == "FILE_NAME" else b"")


def _token(value: bytes, key: Key | None) -> bytes:
    """Return a keyed token: HMAC as RFC 2104 defines it, by a hash of a hash."""
    if key is None:
        return b"redacted"
    secret = hashlib.sha256(key.secret).digest() if len(key.secret) > 64 else key.secret
    inner, outer = (bytes(byte ^ pad for byte in secret.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    mac = hashlib.sha256(outer + hashlib.sha256(inner + value).digest()).digest()
    return f"h1:{key.id}:".encode() + base64.b32encode(mac).lower()[:26]


def _frames(text: bytes) -> bytes:
    """Return the frames of a stack, per 8.8 to 8.11."""
    frames: list[bytes] = []
    for line in text.split(b"\n"):
        if match := FRAME.fullmatch(line):
            path, number, name = match.groups()
            segments = [segment for segment in re.split(rb"[/\\]", path) if segment]
            frames.append(b'File "%b", line %b, in %b' % (b"/".join(segments[-2:]), number, name))
    frames = frames[-30:]
    while len(b"\n".join(frames)) > 16384:
        frames.pop(0)
    return b"\n".join(frames)
