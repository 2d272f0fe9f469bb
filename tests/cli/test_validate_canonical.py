"""`validate --canonical` demands the bytes of docs/canonical-json.md, which all vectors have."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cli.lines import COLUMN, LINE, TRACED
from cli.records import record
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry_events import ExecutionTimeEvent
from telemetry_events.schema.image import read_image
from telemetry_events.schema.model import Schema
from telemetry_events.schema.shipped import shipped_schema
from telemetry_events.validation import redacted
from telemetry_events.validation.canonical_form import check_canonical, ecmascript
from telemetry_events.validation.fault import Fault
from telemetry_events.validation.members import check_members
from telemetry_events.validation.plan import message_members
from telemetry_events.validation.validator import Validator

ROOT = Path(__file__).parents[2]
VECTORS = [
    vector
    for path in sorted((ROOT / "conformance" / "vectors").glob("*.json"))
    for vector in json.loads(path.read_text("utf-8"))["vectors"]
    if "canonical" in vector
]
TIMED = record(ExecutionTimeEvent("C", "f", 0.25))


@pytest.fixture(scope="module")
def schemas(kitchen_image: Path) -> list[Schema]:
    """The package's own schema, and the conformance suite's."""
    return [shipped_schema(), read_image(kitchen_image)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any], schemas: list[Schema]) -> None:
    """The canonical text of every vector is without a problem, also byte for byte."""
    line = vector["canonical"].encode()
    schema = next(each for each in schemas if vector["type"] in each.message_by_name)

    if vector["type"].endswith("Event"):
        assert Validator(schemas, canonical=True).check_line(line) == []
    else:
        members = message_members(schema, schema.message_by_name[vector["type"]])
        assert check_members(members, json.loads(line)) == []
        assert list(check_canonical(line, json.loads(line), members.order)) == []


ORDER = "the members are not in their order"
NUMBER = "a number is not written as ECMAScript writes it"
ESCAPE = "a string is not escaped as it must be"
SPACE = "white space stands outside of strings"
DIFFERENT = {
    "groups merged": (
        LINE.replace(b',"task_id":"9d1c7f4e"', b"").replace(b"{", b'{"task_id":"9d1c7f4e",'),
        ORDER,
    ),
    "event before context": (
        LINE.replace(b',"task_id":"9d1c7f4e"', b"")[:-1] + b',"task_id":"9d1c7f4e"}',
        ORDER,
    ),
    "within": (TRACED.replace(b'"span_id":"42",', b"").replace(b'9"}', b'9","span_id":"42"}', 1), ORDER),
    "space": (LINE.replace(b'":3', b'": 3'), SPACE),
    "carriage return": (LINE + b"\r", SPACE),
    "slash": (COLUMN.replace(b"Pixel Data", rb"a\/b"), ESCAPE),
    "upper-case escape": (COLUMN.replace(b"Pixel Data", rb"\u001F"), ESCAPE),
    "long escape": (COLUMN.replace(b"Pixel Data", rb"\u000a"), ESCAPE),
    "escape of a letter": (COLUMN.replace(b"Pixel Data", rb"\u00e9"), ESCAPE),
    "escaped name": (COLUMN.replace(b'"event"', rb'"\u0065vent"'), ESCAPE),
    "whole double": (TIMED.replace(b"0.25", b"1.0"), NUMBER),
    "digits": (TIMED.replace(b"0.25", b"0.250"), NUMBER),
    "exponent": (TIMED.replace(b"0.25", b"25e-2"), NUMBER),
    "small": (TIMED.replace(b"0.25", b"1e-6"), NUMBER),
    "large": (TIMED.replace(b"0.25", b"1e20"), NUMBER),
    "negative zero": (TIMED.replace(b"0.25", b"-0"), NUMBER),
    "negative zero as a double": (TIMED.replace(b"0.25", b"-0.0"), NUMBER),
    "more digits than a double has": (TIMED.replace(b"0.25", b"9007199254740993"), NUMBER),
}


@pytest.mark.parametrize(("line", "why"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_is_not_canonical(line: bytes, why: str, problems: Callable[..., list[str]]) -> None:
    """A line that is valid but not canonical is a problem only with the option, which says why."""
    assert problems(line) == []
    assert problems(line, options=("--canonical",)) == [f"1: not-canonical: {why}"]


def test_several_differences(problems: Callable[..., list[str]]) -> None:
    """All ways in which a line differs are told of."""
    line = b'{"event" :"execution_time","class_name":"\\u0041","function":"f","duration_seconds":1.0}'

    assert problems(line, options=("--canonical",)) == [
        f"1: not-canonical: {why}" for why in (SPACE, ORDER, NUMBER, ESCAPE)
    ]


def test_a_faulty_line_is_not_compared(problems: Callable[..., list[str]]) -> None:
    """A line with another problem is not compared: canonical bytes are those of valid records."""
    assert problems(LINE[:-1] + b',"foo": 1}', options=("--canonical",)) == [
        "1: unknown-field: `batch_progress.foo` is no field"
    ]


@settings(derandomize=True, database=None, max_examples=500)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70).map(float))
def test_doubles(value: float) -> None:
    """Doubles are laid out as by the package `rfc8785`, and no other way to write one is canonical."""
    written = ecmascript(value).encode()

    assert written == rfc8785.dumps(value)
    for each in {written, repr(value).encode(), b"%.20e" % value}:
        found = check_canonical(b'{"a":%b}' % each, {"a": value}, ["a"])
        assert list(found) == ([] if each == written else [Fault("not-canonical", "", NUMBER)])
    assert math.copysign(1, float(written)) == math.copysign(1, value) or value == 0


def test_what_is_redacted_is_what_the_page_says() -> None:
    """Suffixes and limits are those of docs/canonical-json.md, section 8."""
    page = (ROOT / "docs" / "canonical-json.md").read_text("utf-8").partition("## 8. Redaction")[2]
    listed = re.search(r"nothing if it ends in none:\n\s+`([^`]+)`", page)

    assert listed
    assert listed[1].split() == redacted.SUFFIXES
    assert f"more than {redacted.FRAME_LIMIT} frames" in page
    assert f"longer than {redacted.STACK_LIMIT} bytes" in page
