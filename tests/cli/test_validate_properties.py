"""Whatever a valid event or record holds, `validate` has nothing to say of it."""

import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import oracle
import pytest
from cli.records import record
from google.protobuf.descriptor import Descriptor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_canonical_properties import instances
from test_vectors import typed_class

from telemetry_events import RedactionKey, canonical_json
from telemetry_events.schema.image import read_image
from telemetry_events.schema.shipped import shipped_schema
from telemetry_events.v1 import TelemetryException, TelemetryTrace
from telemetry_events.validation.validator import Validator

EVENTS = [kind for kind in oracle.message_types() if oracle.is_event(kind)]
steady = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
texts = st.text(st.characters(codec="utf-8") | st.sampled_from('"\\:\0\n\x1b\u2028😀'), max_size=20)
keys = st.none() | st.just(RedactionKey("k1", bytes(16)))
errors = st.none() | st.builds(
    TelemetryException, texts, st.sampled_from(["", 'File "/a/b/c.py", line 1, in f\nValueError: x'])
)
traces = st.none() | st.builds(
    TelemetryTrace,
    st.integers(1, 2**128 - 1).map(lambda number: f"{number:032x}" if number >= 2**64 else str(number)),
    st.integers(1, 2**64 - 1).map(str),
)
contexts = st.dictionaries(st.sampled_from(["run_id", "username", "project_id"]), texts)


@cache
def validator(image: Path, canonical: bool) -> Validator:
    """Return what checks lines of both packages."""
    return Validator([shipped_schema(), read_image(image)], canonical=canonical)


def problems(line: bytes, image: Path) -> list[Any]:
    """Return what is wrong with a line, with and without the demand for canonical bytes."""
    return [fault for canonical in (False, True) for fault in validator(image, canonical).check_line(line)]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.full_name)
@steady
@given(data=st.data(), key=keys)
def test_canonical_events(
    kind: Descriptor,
    data: st.DataObject,
    key: RedactionKey | None,
    kitchen_sink: ModuleType,
    kitchen_image: Path,
) -> None:
    """The canonical bytes of any event, redacted with a key or without, are without a problem."""
    message = data.draw(instances(kind, faulty=False))
    event = typed_class(kind.full_name, kitchen_sink).parse(message.SerializeToString())

    assert problems(canonical_json(event, key), kitchen_image) == []


@pytest.mark.parametrize("kind", EVENTS[:3], ids=lambda kind: kind.full_name)
@steady
@given(data=st.data(), message=texts)
def test_records(
    kind: Descriptor, data: st.DataObject, message: str, kitchen_sink: ModuleType, kitchen_image: Path
) -> None:
    """The record of any event, or plain message, with any context, error and trace, is without a problem."""
    of_event = data.draw(instances(kind, faulty=False))
    event = typed_class(kind.full_name, kitchen_sink).parse(of_event.SerializeToString())
    for what in (event, message):
        line = record(what, 1, error=data.draw(errors), trace=data.draw(traces), **data.draw(contexts))
        # All have the same number, which is a fault only of the test.
        assert [fault for fault in problems(line, kitchen_image) if fault.check != "duplicate"] == []


@steady
@given(line=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes(line: bytes, kitchen_image: Path) -> None:
    """Whatever the bytes, a line is checked: it has a problem, and raises none."""
    assert problems(line, kitchen_image)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["seq", "emitter", "dd", "error", "message", "branch", "branches"]) | st.sampled_from(
    [field.name for kind in EVENTS for field in kind.fields]
)
members = st.dictionaries(names, json_values, max_size=6)


@steady
@given(
    values=members,
    event=st.none() | json_values | st.sampled_from(["task_error", "kitchen_sink", "telemetry_dropped"]),
    wrapped=st.sampled_from([None, "api", "archive"]),
)
def test_any_objects(values: dict[str, Any], event: Any, wrapped: str | None, kitchen_image: Path) -> None:
    """Whatever JSON stands in the members, a line is checked, and what is said drives no terminal."""
    values = values | ({} if event is None else {"event": event})
    if wrapped:
        values = {"id": "a", "_id": "a", "date": 5, "type": "log", "attributes": values}
    line = json.dumps(values).encode()

    for fault in problems(line, kitchen_image):
        assert "\x1b" not in fault.path + fault.message
        assert "\n" not in fault.path + fault.message
