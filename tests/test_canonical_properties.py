"""Whatever a message holds, the encoder and the oracle agree about it."""

import copy
import json
import math
from functools import cache
from types import ModuleType
from typing import Any

import oracle
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runner.messages import INTEGERS, SAFE, extreme
from test_vectors import typed_class

from telemetry_events import EncodeError, RedactionKey, canonical_json

KINDS = list(oracle.message_types())
EDGES = [-0.0, 1e-7, 9.5e-7, 1e-6, 4.5e-6, 1e-5, 1e15, 1e16, 1e20, 1e21, 2.0**53, 2.0**63]
SECRET = bytes(range(16))


def deep_stack(count: int, size: int) -> str:
    """Return a stack of many long frames, about as long as a stack may be."""
    return "\n".join(f'File "{"y" * size}/c.py", line {number}, in f' for number in range(count))


characters = st.characters(codec="utf-8") | st.sampled_from('"\\/\0\b\t\n\x1f\x7f\u0085\u2028\ufeff\uffff😀.')
texts = st.text(characters, max_size=12)
paths = st.lists(texts | st.sampled_from(["/", "\\", "data", ".", "..", ""]), max_size=5).map("".join)
suffixes = st.sampled_from([each.decode() for each in oracle.SUFFIXES] + [".gz", ".txt", ".dcm/", "."])
files = texts | st.builds(
    "{}{}{}".format, paths, texts, st.builds(str.upper, suffixes) | suffixes | st.builds(str.title, suffixes)
)
frames = st.builds(
    '{}File "{}", line {}, in {}{}'.format,
    st.sampled_from(["", "  ", "\t", "\f", "x "]),
    paths | st.sampled_from(["y" * 9000 + "/z.py", "é" * 3000]),
    st.sampled_from([0, 1, "007", 999999999, 1000000000, "", "x"]),
    st.sampled_from(["f", "<module>", "größe", "f g", "", '"', "\x7f"]) | texts,
    st.sampled_from(["", " ", "\r", "\t\r", "\f", ": text"]),
)
stacks = st.lists(frames | texts, max_size=5).map("\n".join) | st.builds(
    deep_stack, st.integers(28, 33), st.sampled_from([1, 20]) | st.integers(510, 525)
)
STRINGS = {"NONE": texts, "PLATFORM": files, "PERSON": texts, "FILE_NAME": files, "STACK_FRAMES": stacks}


@cache
def values(field: FieldDescriptor, faulty: bool) -> st.SearchStrategy[Any]:
    """Return what a field may hold, or each element of it, with faults or without."""
    if field.message_type is not None:
        return instances(field.message_type, faulty)
    if field.enum_type is not None:
        known = st.sampled_from(sorted(field.enum_type.values_by_number))
        return known | st.integers(-(2**31), 2**31 - 1) if faulty else known
    if field.type == FieldDescriptor.TYPE_STRING:
        return STRINGS[oracle.sensitivity(field)]
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        finite = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(EDGES)
        finite |= st.integers(-SAFE, SAFE).map(float)
        return finite | st.sampled_from([math.nan, math.inf, -math.inf]) if faulty else finite
    safe = st.integers(*INTEGERS[field.type]) | st.sampled_from(INTEGERS[field.type])
    wide = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-SAFE - 1, SAFE + 1])
    return safe | wide if faulty and field.type == FieldDescriptor.TYPE_INT64 else safe


@st.composite
def instances(draw: st.DrawFn, kind: Descriptor, faulty: bool) -> Any:
    """Build messages of a kind, in Google's classes, with faults or without."""
    message = oracle.message_class(kind.full_name)()
    for field in kind.fields:
        if field.name == "event" and oracle.is_event(kind):
            right = st.sampled_from([0, oracle.event_number(kind)])
            message.event = draw(right | values(field, faulty) if faulty else right)
        elif field.is_repeated:
            getattr(message, field.name).extend(draw(st.lists(values(field, faulty), max_size=3)))
        elif not field.has_presence or draw(st.booleans()):
            value = draw(values(field, faulty))
            if field.message_type is None:
                setattr(message, field.name, value)
            else:
                getattr(message, field.name).CopyFrom(value)
                getattr(message, field.name).SetInParent()
    return message


def assert_members(read: dict[str, Any], message: Any) -> None:
    """Fail unless an object has a member for each field that is present, and so do the objects in it."""
    fields = {
        field.name: field
        for field in message.DESCRIPTOR.fields
        if not field.has_presence or message.HasField(field.name)
    }
    assert read.keys() == fields.keys()
    for name, field in fields.items():
        value = getattr(message, name)
        if field.is_repeated:
            assert len(read[name]) == len(value)
        if field.message_type is not None:
            for each in zip(read[name], value, strict=True) if field.is_repeated else [(read[name], value)]:
                assert_members(*each)


def agree(message: Any, key: bytes | None, kitchen_sink: ModuleType) -> None:
    """Fail unless the encoder prints what the oracle prints, or reports one of the faults it finds."""
    event = typed_class(message.DESCRIPTOR.full_name, kitchen_sink).parse(message.SerializeToString())
    try:
        printed: object = canonical_json(event, RedactionKey("k1", key) if key else None)
    except EncodeError as error:
        printed = (error.kind, error.field)

    try:
        expected: Any = [oracle.canonical(message, oracle.Key("k1", key) if key else None)]
    except oracle.NoCanonicalFormError as error:
        expected = error.faults
    assert printed in expected


each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.full_name)
# The same messages in every run, however slow the machine.
steady = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow],
)


@each_kind
@pytest.mark.parametrize("key", [None, SECRET], ids=["without key", "with key"])
def test_edges_of_every_message(kind: Descriptor, key: bytes | None, kitchen_sink: ModuleType) -> None:
    """Every message of the schema, empty and at the limits of its types, is printed as by the oracle."""
    for message in (oracle.message_class(kind.full_name)(), extreme(kind, 0), extreme(kind, 1)):
        agree(message, key, kitchen_sink)


@each_kind
@settings(steady, max_examples=30)
@given(data=st.data())
def test_encoder_and_oracle_agree(kind: Descriptor, data: st.DataObject, kitchen_sink: ModuleType) -> None:
    """The encoder prints the oracle's bytes, or reports one of the faults that the oracle finds."""
    message = data.draw(st.booleans().flatmap(lambda faulty: instances(kind, faulty)))
    key = data.draw(st.none() | st.binary(min_size=16, max_size=100))

    agree(message, key, kitchen_sink)


@each_kind
@steady
@given(data=st.data())
def test_members_are_those_present(kind: Descriptor, data: st.DataObject, kitchen_sink: ModuleType) -> None:
    """The standard library reads back an object with exactly the members that are present, at every depth."""
    message = data.draw(instances(kind, faulty=False))
    event = typed_class(kind.full_name, kitchen_sink).parse(message.SerializeToString())

    read = json.loads(canonical_json(event))

    assert_members(read, message)


@each_kind
@steady
@given(data=st.data())
def test_equal_messages_print_alike(kind: Descriptor, data: st.DataObject, kitchen_sink: ModuleType) -> None:
    """A message prints the same once more, as a copy, and read back from the wire by us or by Google."""
    typed = typed_class(kind.full_name, kitchen_sink)
    event = typed.parse(data.draw(instances(kind, faulty=False)).SerializeToString())
    twin = copy.deepcopy(event)
    key = RedactionKey("k1", SECRET)

    printed = canonical_json(event, key)

    assert event == twin
    assert canonical_json(event, key) == printed
    assert canonical_json(typed.parse(bytes(twin)), key) == printed
    google = oracle.message_class(kind.full_name).FromString(bytes(event))
    assert oracle.canonical(google, oracle.Key("k1", SECRET)) == printed
