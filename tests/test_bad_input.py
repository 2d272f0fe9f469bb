"""Each value that does not fit has one outcome: what is printed, or a typed error (docs/python.md)."""

import json
import math
from types import ModuleType
from unittest.mock import MagicMock, Mock

import betterproto2
import pytest
from odd_values import CASES, Unprintable

from telemetry_events import (
    BatchProgressEvent,
    EncodeError,
    ExecutionTimeEvent,
    FilteringCompleteEvent,
    MissingColumnEvent,
    SchemaInitiationSource,
    TaskErrorEvent,
    TelemetryEventName,
    TelemetryInvalidEvent,
    TrialFilterSummaryEvent,
    UnknownEnumError,
    UnsupportedTypeError,
    WrongTypeError,
    canonical_json,
    enum_text,
)

KINDS = {kind.kind for kind in EncodeError.__subclasses__()}


@pytest.mark.parametrize(
    ("kind", "field", "value", "outcome"), CASES, ids=lambda each: f"{type(each).__name__}"
)
def test_outcome(kind: type, field: str, value: object, outcome: object) -> None:
    """A value of any type is printed as documented, or is an error that names event, field and kind."""
    event = kind.parse(b"")
    setattr(event, field, value)

    if isinstance(outcome, str) and outcome in KINDS:
        with pytest.raises(EncodeError) as caught:
            canonical_json(event)
        assert (caught.value.event, caught.value.field, caught.value.kind) == (kind.__name__, field, outcome)
    else:
        assert json.loads(canonical_json(event))[field] == outcome


@pytest.mark.parametrize("value", [[], ["a"], None, 1, Unprintable()], ids=lambda value: type(value).__name__)
def test_element_of_a_list(value: object) -> None:
    """An element of the wrong type, also a nested list, is an error that gives its place."""
    event = TrialFilterSummaryEvent("s", "f", 1, 2, missing_columns=["a", value])  # type: ignore[list-item]

    with pytest.raises(WrongTypeError, match=r"^TrialFilterSummaryEvent.missing_columns\[1\]: "):
        canonical_json(event)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (TelemetryEventName.TASK_COMPLETE, "wrong_event"),
        (TelemetryEventName(99), "wrong_event"),
        (17, "wrong_event"),
        ("task_error", "wrong_type"),
        (None, "wrong_type"),
        (True, "wrong_type"),
        (SchemaInitiationSource.PREFECT_SCHEMA_WORKER, "wrong_type"),
    ],
)
def test_event_set_to_another_name(name: object, kind: str) -> None:
    """An event that was given another name is an error, of the field `event`."""
    event = BatchProgressEvent("P", 1)
    event.event = name  # type: ignore[assignment]

    with pytest.raises(EncodeError) as caught:
        canonical_json(event)
    assert (caught.value.field, caught.value.kind) == ("event", kind)


@pytest.mark.parametrize("name", [0, 2, TelemetryEventName(0), TelemetryEventName.BATCH_PROGRESS])
def test_event_unset_or_right(name: int) -> None:
    """An event whose name was unset, or set to its own by number, is printed with its name."""
    event = BatchProgressEvent("P", 1)
    event.event = name  # type: ignore[assignment]

    assert canonical_json(event) == b'{"batch_number":1,"event":"batch_progress","protocol_name":"P"}'


def test_deleted_field() -> None:
    """A field that was deleted is an error that names it."""
    event = BatchProgressEvent("P", 1)
    del event.protocol_name

    with pytest.raises(WrongTypeError, match=r"^BatchProgressEvent.protocol_name: the field was deleted"):
        canonical_json(event)
    assert repr(event) == "BatchProgressEvent(protocol_name=None, batch_number=1)"


@pytest.mark.parametrize(
    "value",
    [
        1,
        None,
        "text",
        {},
        object(),
        Mock(),
        MagicMock(),
        Unprintable(),
        BatchProgressEvent,
        betterproto2.Message,
    ],
    ids=lambda value: type(value).__name__,
)
def test_not_an_event(value: object) -> None:
    """What is no generated message is an error of kind unsupported_type."""
    with pytest.raises(UnsupportedTypeError, match="not a generated telemetry message"):
        canonical_json(value)  # type: ignore[arg-type]


def test_message_fields(kitchen_sink: ModuleType) -> None:
    """A message field takes its own message only, and an error within it gives the whole path."""
    sink = kitchen_sink.KitchenSinkEvent.parse(b"")

    sink.branch = kitchen_sink.Leaf("f", 0.5)
    with pytest.raises(WrongTypeError, match=r"^KitchenSinkEvent.branch: expected a Branch, found Leaf"):
        canonical_json(sink)

    sink.branch = kitchen_sink.Branch("b", leaves=[kitchen_sink.Leaf("f", 1), kitchen_sink.Leaf("f", "1")])
    with pytest.raises(WrongTypeError, match=r"^KitchenSinkEvent.branch.leaves\[1\].weight: "):
        canonical_json(sink)


def test_surrogate_and_large_integer_at_once() -> None:
    """A surrogate in one field hides no integer out of range in another, at any depth."""
    event = FilteringCompleteEvent(2**53, 1)
    assert_range_error(event, "total_files")
    summary = TrialFilterSummaryEvent("\udcff", "f", 1, 2**60)
    assert_range_error(summary, "rows_failed")


def assert_range_error(event: FilteringCompleteEvent | TrialFilterSummaryEvent, field: str) -> None:
    """Fail unless encoding the event is a range error of the field."""
    with pytest.raises(EncodeError) as caught:
        canonical_json(event)
    assert (caught.value.field, caught.value.kind) == (field, "integer_range")


def test_surrogates_in_redacted_fields() -> None:
    """A file name that could not be decoded, and a stack that holds one, are redacted like others."""
    missing = MissingColumnEvent("\udcff.DCM", "\udcff")
    expected = (
        '{"column_name":"\N{REPLACEMENT CHARACTER}","event":"missing_column","file_name":"redacted.dcm"}'
    )
    assert canonical_json(missing) == expected.encode()
    error = TaskErrorEvent("t", "p", "u", "E", 'File "\udcff/b.py", line 1, in f')
    assert '"stacktrace_frames":"File \\"\N{REPLACEMENT CHARACTER}/b.py\\"' in canonical_json(error).decode()


def test_enum_text_of_what_has_none() -> None:
    """enum_text of an unknown number, or of what is no member, is a typed error."""
    assert enum_text(TelemetryEventName.EHR_QUERY_COMPLETE) == "ehr_query_complete"
    with pytest.raises(UnknownEnumError):
        enum_text(SchemaInitiationSource(99))
    with pytest.raises(WrongTypeError):
        enum_text(1)  # type: ignore[arg-type]


def test_errors_are_pythons_too() -> None:
    """Every error is a ValueError, those about types are TypeErrors as well."""
    with pytest.raises(TypeError):
        canonical_json(TelemetryInvalidEvent(1, "", 1))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not_finite"):
        canonical_json(ExecutionTimeEvent("C", "f", math.nan))
