"""Every case that an executor is asked: the vectors, and what follows from the schema and the two pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import oracle
import page
from google.protobuf.descriptor import Descriptor

from runner.doubles import HARD
from runner.messages import extreme, typical, zero
from runner.protocol import Answer, request
from runner.vectors import VECTORS, errors, secret, wire

__all__ = ["Case", "cases", "record_case"]

_KEY = oracle.Key("k1", bytes(range(16)))
_CONTEXT = {name: f"{name} \u2028\0" for name in page.CONTEXT}
_ENVELOPE: dict[str, Any] = {
    "ddsource": "worker",
    "ddtags": "env:prod,version:1.4.2",
    "emitter": "c4hbwz5gqmdd3tqe",
    "hostname": "pod-7",
    "seq": 41,
    "service": "worker",
    "timestamp": "2026-11-23T10:00:00.123Z",
}
_LEVELS = (10, 20, 30, 40, 50)
# The lengths of a line, its number counted as 16 digits, about which section 7 of docs/record.md decides.
_LENGTHS = (899_999, 900_000, 900_001)
_LONG = ("x", "ä", "€", "😀", "\0")


@dataclass(frozen=True)
class Case:
    """What is asked, and the answers that are right."""

    request: Any
    right: frozenset[Answer]

    @property
    def name(self) -> str:
        """What the case is called: its topic, `/`, and what it is about."""
        name: str = self.request.name
        return name

    @property
    def topic(self) -> str:
        """The part of the name that reports count by."""
        return self.name.partition("/")[0]


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases, each with a name of its own."""
    return (*_vectors(), *_every_type(), *_doubles(), *_records(), *_limits())


def _vectors() -> Iterator[Case]:
    for vector in VECTORS:
        if "canonical" in vector:
            right = {Answer("canonical", vector["canonical"].encode())}
        else:
            right = {Answer("error", each) for each in errors(vector)}
        asked = request(vector["name"], vector["type"], wire(vector), secret(vector))
        yield Case(asked, frozenset(right))


def _every_type() -> Iterator[Case]:
    """Ask for each message of the schema with nothing set, typical, and at the limits of its types."""
    for kind in oracle.message_types():
        forms = {
            "zero": zero(kind),
            "typical": typical(kind),
            "low": extreme(kind, 0),
            "high": extreme(kind, 1),
        }
        for form, message in forms.items():
            for how, key in {"": None, "-keyed": _KEY}.items():
                asked = request(
                    f"types/{kind.full_name}/{form}{how}", kind.full_name, message.SerializeToString(), key
                )
                yield Case(asked, frozenset([Answer("canonical", oracle.canonical(message, key))]))


def _doubles() -> Iterator[Case]:
    """Ask for doubles that printers get wrong, many in one message."""
    for values in HARD:
        message = oracle.message_class("telemetry_conformance.v1.Many")(ratios=list(values())[::17])
        asked = request(
            f"doubles/{values.__name__}", message.DESCRIPTOR.full_name, message.SerializeToString()
        )
        yield Case(asked, frozenset([Answer("canonical", oracle.canonical(message))]))


def _records() -> Iterator[Case]:
    error = page.message(
        "TelemetryException", kind="worker.errors.RetriableError", stack='x\nFile "/a/b/c.py", line 3, in f'
    )
    trace = page.message("TelemetryTrace", trace_id="1234567890123456789", span_id="42")
    for kind in _events():
        event = typical(kind)
        yield record_case(f"records/{kind.full_name}/alone", event)
        yield record_case(
            f"records/{kind.full_name}/all",
            event,
            key=_KEY,
            context=_CONTEXT,
            error=error,
            dd=trace,
            level=40,
        )
    for level in _LEVELS:
        event = page.message("BatchProgressEvent", protocol_name="p", batch_number=1)
        yield record_case(f"records/status-{page.status(level)}", event, level=level)
    for name, context in {"empty": {}, "empty-text": {"task_id": ""}, "all": _CONTEXT}.items():
        yield record_case(f"records/text-with-context-{name}", message="a text \u2028\n", context=context)
    bare = oracle.message_class("telemetry_conformance.v1.BareEvent")()
    yield record_case("records/event-of-another-schema", bare, context=_CONTEXT)
    yield from _invalid()


def _invalid() -> Iterator[Case]:
    """Ask for records of events without canonical form, in whose place another stands (7.1)."""
    kitchen = oracle.message_class("telemetry_conformance.v1.KitchenSinkEvent")
    for kind, event in {
        "not_finite": kitchen(ratios=[0.0, float("nan")]),
        "integer_range": kitchen(large=2**53),
        "unknown_enum": kitchen(kind=77),
        "wrong_event": kitchen(event=2),
    }.items():
        [fault] = _faults(event)
        invalid = page.message(
            "TelemetryInvalidEvent", invalid_event="kitchen_sink", invalid_field=fault.field
        )
        field = invalid.DESCRIPTOR.fields_by_name["error_kind"]
        invalid.error_kind = field.enum_type.values_by_name[f"TELEMETRY_ERROR_KIND_{kind.upper()}"].number
        yield record_case(f"invalid/{kind}", event, shown=invalid, context=_CONTEXT, level=30)


def _limits() -> Iterator[Case]:
    """Ask for lines that are about as long as a line may be, or longer (1.6, 7.2, 7.3)."""
    summary = "TrialFilterSummaryEvent"
    empty = len(page.line(page.message(summary, missing_columns=[""]), **_ENVELOPE)) - 2 + 16
    for length in _LENGTHS:
        event = page.message(summary, missing_columns=["x" * (length - empty)])
        yield record_case(f"limits/line-of-{length}", event)
        parts = ["x" * 9_997] * 89
        rest = length - empty - 89 * 10_000
        event = page.message(summary, missing_columns=[*parts, "x" * rest])
        yield record_case(f"limits/line-of-{length}-in-parts", event)
    for letter in _LONG:
        for more in range(4):
            text = "y" * more + letter * 1_000_000
            event = page.message(summary, step=text, filter_name="x" * 16_384, missing_columns=["x" * 16_385])
            yield record_case(f"limits/cut-{ord(letter):x}-{more}", event, context={"task_id": text[:20_000]})
    yield record_case("limits/text", message="ä" * 500_000, context={"run_id": "€" * 20_000})
    yield record_case("limits/too-long", page.message(summary, missing_columns=["x" * 16_000] * 60))
    stack = "\n".join(f'File "{"y" * 600}/c.py", line {number}, in f' for number in range(100))
    yield record_case("limits/stack", page.message("TaskErrorEvent", stacktrace_frames=stack))


def record_case(
    name: str,
    event: Any = None,
    *,
    shown: Any = None,
    key: oracle.Key | None = None,
    context: dict[str, str] | None = None,
    level: int = 20,
    **more: Any,
) -> Case:
    """Ask for the record of an event; `shown` is what stands in its place."""
    known = _ENVELOPE | more
    line = page.recorded(event if shown is None else shown, key=key, context=context, level=level, **known)
    envelope = page.message("TelemetryEnvelope", **known)
    status = envelope.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_name
    envelope.status = status[f"TELEMETRY_STATUS_{page.status(level).upper()}"].number
    asked = request(
        name,
        "" if event is None else event.DESCRIPTOR.full_name,
        b"" if event is None else event.SerializeToString(),
        key,
        (envelope, page.message("TelemetryContext", **(context or {}))),
    )
    return Case(asked, frozenset([Answer("record", line)]))


def _events() -> Iterator[Descriptor]:
    return (kind for kind in oracle.message_types() if oracle.is_event(kind))


def _faults(event: Any) -> frozenset[oracle.Fault]:
    try:
        oracle.canonical(event)
    except oracle.NoCanonicalFormError as error:
        return error.faults
    return frozenset()
