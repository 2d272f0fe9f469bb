"""An event is a dataclass as Python users know it, with the reference's constructor."""

import copy
import dataclasses
import inspect
import math
import pickle
import pydoc
import sys

import pytest
from reference import SIGNATURES

import telemetry_events
from telemetry_events import (
    BatchProgressEvent,
    ExecutionTimeEvent,
    GroupingSummaryEvent,
    MissingColumnEvent,
    SchemaGenerationEndEvent,
    SchemaInitiationSource,
    TaskAcceptedEvent,
    TaskErrorEvent,
    TelemetryEvent,
    TelemetryEventName,
    TrialFilterSummaryEvent,
    canonical_json,
    enum_text,
)

EVENTS = [kind for name in telemetry_events.__all__ if name.endswith("Event") and name != "TelemetryEvent"
          for kind in [getattr(telemetry_events, name)]]  # fmt: skip
ACCEPTED = TaskAcceptedEvent(
    "task-1", "pod-7", "dr.jones", "DICOMSource", "1.4.2", "2026-11-23T10:00:00.000Z"
)
FILTERED = TrialFilterSummaryEvent("filter", "age", 10, 4, missing_columns=["sex"])


def sample(kind: type[TelemetryEvent]) -> TelemetryEvent:
    """Make an event of any kind, with a value of the right type for each required parameter."""
    values = {str: "a", int: 1, float: 0.5, bool: True, SchemaInitiationSource: SchemaInitiationSource(1)}
    required = [p for p in inspect.signature(kind).parameters.values() if p.default is p.empty]
    return kind(*[values.get(p.annotation) or p.annotation(1) for p in required])


@pytest.mark.parametrize("signature", SIGNATURES, ids=lambda line: line.partition("(")[0])
def test_reference_signature(signature: str) -> None:
    """Each class takes the reference's parameters: names, order, kinds, types and defaults."""
    name = signature.partition("(")[0]

    found = inspect.signature(getattr(telemetry_events, name))

    shown = f"{name}{found.replace(return_annotation=found.empty)}"
    assert shown.replace("telemetry_events._proto.telemetry_events.v1.", "") == signature


def test_event_names_hold_those_of_the_reference() -> None:
    """The enum has the nineteen names of the reference's classes, and the two of the library's own."""
    reference = {line.partition("Event(")[0].lower() for line in SIGNATURES}

    names = {enum_text(name).replace("_", "") for name in TelemetryEventName if name != 0}

    assert len(reference) == 19
    assert names >= reference | {"telemetryinvalid", "telemetrydropped"}


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_event_is_set(kind: type[TelemetryEvent]) -> None:
    """Every event carries its own name without being told, and takes no other."""
    event = sample(kind)

    assert enum_text(event.event).replace("_", "") == kind.__name__.removesuffix("Event").lower()
    with pytest.raises(TypeError):
        kind(event=event.event)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_missing_argument(kind: type[TelemetryEvent]) -> None:
    """A required argument that is missing is a TypeError."""
    with pytest.raises(TypeError, match="missing"):
        kind()


def test_unknown_argument() -> None:
    """An argument that the event does not have is a TypeError that names it."""
    with pytest.raises(TypeError, match="batch_no"):
        BatchProgressEvent("ResultsOnly", batch_no=3)  # type: ignore[call-arg]


def test_repr_shows_the_constructor_call() -> None:
    """The repr is the call that makes the event."""
    assert (
        repr(BatchProgressEvent("ResultsOnly", 3))
        == "BatchProgressEvent(protocol_name='ResultsOnly', batch_number=3)"
    )
    assert eval(repr(FILTERED)) == FILTERED  # noqa: S307


def test_repr_redacts() -> None:
    """The repr shows a file as the canonical form without a key does, also through str and format."""
    event = MissingColumnEvent("/data/DOE^JANE.DCM", "Pixel Data")
    expected = "MissingColumnEvent(file_name='redacted.dcm', column_name='Pixel Data')"

    assert repr(event) == expected
    assert str(event) == expected
    assert f"{event}" == expected


def test_repr_of_an_enum_and_of_odd_values() -> None:
    """The repr names an enum's member, and of a value that does not belong only the type."""
    source = SchemaInitiationSource.PREFECT_SCHEMA_WORKER
    event = SchemaGenerationEndEvent("d", source, object())  # type: ignore[arg-type]

    assert repr(event) == (
        "SchemaGenerationEndEvent(dataset_id='d', "
        "source_of_initiation=SchemaInitiationSource.PREFECT_SCHEMA_WORKER, datetime=<object>)"
    )


def test_equality() -> None:
    """Events are equal when type and fields are, and an event equals itself also with a NaN."""
    assert copy.copy(ACCEPTED) == ACCEPTED
    assert dataclasses.replace(ACCEPTED, task_id="task-2") != ACCEPTED
    assert telemetry_events.EHRTokenRefreshedEvent("c") != telemetry_events.EHRSessionInitialisedEvent("c")
    assert ExecutionTimeEvent("C", "f", math.nan) == ExecutionTimeEvent("C", "f", math.nan)


def test_events_are_not_hashable() -> None:
    """An event can change, so it has no hash, as any dataclass with `eq`."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(ACCEPTED)


def test_events_are_true() -> None:
    """An event is true whatever its fields hold."""
    assert bool(BatchProgressEvent("", 0))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "event", [ACCEPTED, FILTERED, MissingColumnEvent("\udcff.dcm", "x")], ids=lambda e: e.event.name
)
def test_pickle(event: TelemetryEvent, protocol: int) -> None:
    """A pickled event comes back equal, also with a file name that could not be decoded."""
    assert pickle.loads(pickle.dumps(event, protocol)) == event


def test_copies() -> None:
    """A copy shares what the fields hold, a deep copy does not."""
    shallow, deep = copy.copy(FILTERED), copy.deepcopy(FILTERED)

    assert shallow == deep == FILTERED
    assert shallow.missing_columns is FILTERED.missing_columns
    assert deep.missing_columns is not FILTERED.missing_columns


def test_dataclass_fields() -> None:
    """The dataclass's fields are the schema's, `event` first, which no constructor takes."""
    fields = dataclasses.fields(ACCEPTED)

    assert [f.name for f in fields] == ["event", *inspect.signature(TaskAcceptedEvent).parameters]
    assert [f.name for f in fields if not f.init] == ["event"]


def test_asdict_and_astuple() -> None:
    """Asdict and astuple give every field as it is, with the event's name."""
    event = BatchProgressEvent("ResultsOnly", 3)

    assert dataclasses.asdict(event) == {
        "event": TelemetryEventName.BATCH_PROGRESS,
        "protocol_name": "ResultsOnly",
        "batch_number": 3,
    }
    assert dataclasses.astuple(event) == (TelemetryEventName.BATCH_PROGRESS, "ResultsOnly", 3)


def test_replace() -> None:
    """Replace makes a changed event of the same name, and cannot change the name."""
    assert dataclasses.replace(BatchProgressEvent("P", 1), batch_number=2) == BatchProgressEvent("P", 2)
    with pytest.raises((ValueError, TypeError), match="event"):
        dataclasses.replace(BatchProgressEvent("P", 1), event=TelemetryEventName.TASK_ERROR)


if sys.version_info >= (3, 13):

    def test_copy_replace() -> None:
        """copy.replace, which came with Python 3.13, does as dataclasses.replace."""
        assert copy.replace(BatchProgressEvent("P", 1), batch_number=2) == BatchProgressEvent("P", 2)


def test_match() -> None:
    """An event can be matched by position, in the constructor's order, and by keyword."""
    match ACCEPTED:
        case TaskAcceptedEvent(task_id, pod_name, app_version=version):
            assert (task_id, pod_name, version) == ("task-1", "pod-7", "1.4.2")
        case _:
            pytest.fail("not matched")


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_wire_round_trip(kind: type[TelemetryEvent]) -> None:
    """bytes() gives the wire form, which parse() reads back as an equal event of the same class."""
    event = sample(kind)

    parsed = kind.parse(bytes(event))

    assert type(parsed) is kind
    assert parsed == event
    assert canonical_json(parsed) == canonical_json(event)


def test_parse_fills_in_the_name() -> None:
    """An event parsed from bytes that do not say its name has it all the same."""
    assert BatchProgressEvent.parse(b"").event is TelemetryEventName.BATCH_PROGRESS


def test_unknown_fields_survive() -> None:
    """Fields of a newer schema pass through parse() and bytes()."""
    newer = bytes(BatchProgressEvent("P", 1)) + b"\xa2\x06\x01x"

    assert bytes(BatchProgressEvent.parse(newer)) == newer


def test_betterproto_dicts_and_json() -> None:
    """betterproto2's own dict and JSON forms go there and back."""
    assert TrialFilterSummaryEvent.from_dict(FILTERED.to_dict()) == FILTERED
    assert TrialFilterSummaryEvent.from_json(FILTERED.to_json()) == FILTERED


def test_absent_list_is_empty() -> None:
    """A list that is not given is an empty one of the event's own."""
    first, second = TrialFilterSummaryEvent("s", "f", 1, 2), TrialFilterSummaryEvent("s", "f", 1, 2)

    assert first.missing_columns == []
    assert first.missing_columns is not second.missing_columns


def test_fields_can_be_set() -> None:
    """A field that is set is printed as set."""
    event = GroupingSummaryEvent("grouping")
    event.maybe_final = False

    assert canonical_json(event) == b'{"event":"grouping_summary","maybe_final":false,"step":"grouping"}'


@pytest.mark.parametrize("kind", [*EVENTS, TelemetryEvent], ids=lambda kind: kind.__name__)
def test_help_and_inspection_work(kind: type[TelemetryEvent]) -> None:
    """help() and inspect show a class, also the one of all events."""
    assert f"class {kind.__name__}" in pydoc.render_doc(kind)
    assert "parse" in dict(inspect.getmembers(kind))


def test_docstring_is_the_schema_comment() -> None:
    """help() shows what the schema says of the event and of each parameter."""
    doc = inspect.getdoc(TaskErrorEvent)

    assert doc is not None
    assert doc.startswith("An unhandled exception aborted a task.\n")
    assert "error_type: Class of the exception, such as `ValueError`. Never its message." in doc
