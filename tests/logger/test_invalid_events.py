"""What cannot be recorded is replaced by a record that names the fault, and the program sees nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import page
import pytest
from odd_values import CASES, Unprintable
from record.journals import Journal, envelope, members, recording, typed
from test_bad_input import KINDS
from test_events import EVENTS, sample

from telemetry_events import (
    BatchProgressEvent,
    TaskErrorEvent,
    TelemetryEvent,
    TelemetryEventName,
    WrongTypeError,
    enum_text,
    telemetry_context,
    telemetry_logger,
)

NAME = "DOE^JANE"
Log = Callable[..., None]
# A line with a longer value is cut (docs/record.md, 7.2).
SHORT = [case for case in CASES if len(str(case[3])) < 1000]


@pytest.fixture(params=["direct", "other"], autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Log the direct way, and the other."""
    telemetry_logger.filters = [] if request.param == "direct" else [lambda _: True]
    yield
    telemetry_logger.filters = []


def invalid(line: bytes, event: str, field: str, kind: str, **known: Any) -> bytes:
    """Return the line that is to stand for what could not be recorded."""
    fault = page.message("TelemetryInvalidEvent", invalid_event=event, invalid_field=field)
    kinds = fault.DESCRIPTOR.fields_by_name["error_kind"].enum_type.values_by_name
    fault.error_kind = kinds[f"TELEMETRY_ERROR_KIND_{kind.upper()}"].number
    return page.line(fault, **known, **envelope(line))


@pytest.mark.parametrize(("kind", "field", "value", "outcome"), SHORT, ids=lambda each: type(each).__name__)
def test_odd_values(kind: type, field: str, value: Any, outcome: Any, shared_journal: Journal) -> None:
    """A value that does not fit gives a record of the same status that names the fault, without a value."""
    event = kind.parse(b"")
    setattr(event, field, value)

    with telemetry_context(project_id="p"):
        telemetry_logger.warning(event)

    [line] = shared_journal.lines()
    if isinstance(outcome, str) and outcome in KINDS:
        assert line == invalid(
            line, enum_text(kind._name), field, outcome, context={"project_id": "p"}, level=30
        )
    else:
        assert members(line)[field] == outcome


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_that_has_another_name(kind: type[TelemetryEvent], shared_journal: Journal) -> None:
    """An event of any type that was given another name is replaced, at its own level."""
    event = sample(kind)
    event.event = TelemetryEventName(99)

    telemetry_logger.critical(event)

    [line] = shared_journal.lines()
    assert line == invalid(line, enum_text(kind._name), "event", "wrong_event", level=50)


@pytest.mark.parametrize("form", ["exception", "True", "tuple"])
def test_the_exception_of_what_was_replaced(form: str, shared_journal: Journal) -> None:
    """A record that stands for another has the exception that this was logged with, and no other."""
    event = BatchProgressEvent(NAME, 0.5)  # type: ignore[arg-type]
    try:
        raise KeyError(NAME)
    except KeyError as error:
        given = {"exception": error, "True": True, "tuple": (KeyError, error, error.__traceback__)}
        telemetry_logger.error(event, exc_info=given[form])
        told = page.error_of(error)

    [line] = shared_journal.lines()
    assert line == invalid(line, "batch_progress", "batch_number", "wrong_type", level=40, error=told)


def test_a_deleted_field(shared_journal: Journal) -> None:
    """An event that lacks a field is replaced."""
    event = BatchProgressEvent("p", 1)
    del event.protocol_name

    telemetry_logger.info(event)

    [line] = shared_journal.lines()
    assert line == invalid(line, "batch_progress", "protocol_name", "wrong_type")


class Subclass(BatchProgressEvent):
    """A program's own subclass of an event."""


class Nameless(TelemetryEvent):
    """A class that is called an event and has no name, as none that is generated."""


def test_a_subclass_of_an_event(shared_journal: Journal) -> None:
    """An event of a subclass is recorded as one of its base, and replaced as one."""
    telemetry_logger.info(Subclass("p", 1))
    telemetry_logger.info(Subclass("p", "1"))  # type: ignore[arg-type]

    recorded, replaced = shared_journal.lines()
    assert recorded == page.line(
        page.message("BatchProgressEvent", protocol_name="p", batch_number=1), **envelope(recorded)
    )
    assert replaced == invalid(replaced, "batch_progress", "batch_number", "wrong_type")


@pytest.mark.parametrize(
    "event",
    [Mock(spec=TaskErrorEvent), MagicMock(spec=BatchProgressEvent("p", 1)), TelemetryEvent(), Nameless()],
    ids=["a mock of a class", "a mock of an event", "the base class", "a class without a name"],
)
def test_what_only_looks_like_an_event(event: Any, shared_journal: Journal) -> None:
    """What counts as an event but is none that was generated is replaced as `unsupported_type`."""
    telemetry_logger.info(event)

    [line] = shared_journal.lines()
    assert line == invalid(line, "", "", "unsupported_type")


TEXTS = [
    ({"patient": 1}, "{'patient': 1}"),
    (None, "None"),
    (b"bytes", "b'bytes'"),
    (BatchProgressEvent, str(BatchProgressEvent)),
    (["a", 1], "['a', 1]"),
    (0, "0"),
    ("", ""),
    (Exception("text"), "text"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=repr)
def test_what_is_no_event(value: Any, text: str, shared_journal: Journal) -> None:
    """What is no event is recorded as the text that it is."""
    telemetry_logger.info(value)

    [line] = shared_journal.lines()
    assert line == page.line(message=text, **envelope(line))


class OddlyPrinted:
    """An object whose text is no text."""

    def __str__(self) -> Any:
        return 1


class FaultOfAnEvent:
    """An object whose text cannot be had, for a reason that looks like one of ours."""

    def __str__(self) -> str:
        raise WrongTypeError("field", NAME)


def unfindable() -> Any:
    """Return an object that raises an error whose class cannot be named."""
    error = type(NAME, (Exception,), {"__module__": []})

    class Raising:
        def __str__(self) -> str:
            raise error(NAME)

    return Raising()


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("%d", ("x",)),
        ("%s %s", ("x",)),
        ("text", ("x",)),
        ("%(a)s", ({"b": 1},)),
        ("%s", (Unprintable(),)),
        ("%r", (Unprintable(),)),
        (Unprintable(), ()),
        (OddlyPrinted(), ()),
        ("%s", (OddlyPrinted(),)),
        (unfindable(), ()),
    ],
)
@pytest.mark.parametrize("level", ["info", "critical"])
def test_a_text_that_cannot_be_had(text: Any, arguments: Any, level: str, shared_journal: Journal) -> None:
    """A text that cannot be formatted is replaced, without a kind, and the program sees nothing."""
    getattr(telemetry_logger, level)(text, *arguments)

    [line] = shared_journal.lines()
    assert line == invalid(line, "", "", "unspecified", level={"info": 20, "critical": 50}[level])


def test_a_text_that_raises_an_error_like_ours(shared_journal: Journal) -> None:
    """An error like that of an event, of a text, is replaced as any other."""
    telemetry_logger.info(FaultOfAnEvent())

    [line] = shared_journal.lines()
    assert NAME.encode() not in line
    assert members(line)["message"] == "telemetry_invalid"


def test_a_text_with_an_event_in_it(shared_journal: Journal) -> None:
    """An event as an argument of a text shows as its redacted repr."""
    telemetry_logger.info("found %s", typed(page.message("MissingColumnEvent", file_name=f"{NAME}.dcm")))

    [line] = shared_journal.lines()
    text = "found MissingColumnEvent(file_name='redacted.dcm', column_name='')"
    assert line == page.line(message=text, **envelope(line))


def test_one_line_a_minute_and_no_content(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard error is told once that something could not be recorded, and never what it held."""
    with recording(tmp_path) as journal:
        for _ in range(3):
            telemetry_logger.info(BatchProgressEvent(NAME, NAME))  # type: ignore[arg-type]
            telemetry_logger.info("%d", NAME)
            telemetry_logger.info(Unprintable())
        assert len(journal.lines()) == 9

    output, errors = capfd.readouterr()
    assert output == ""
    assert errors == "telemetry-events: BatchProgressEvent could not be recorded: batch_number: wrong_type\n"
