"""The line of a record is what docs/record.md says, to the last byte."""

import logging
import re
import time
from typing import Any

import oracle
import page
import pytest
from google.protobuf.descriptor import Descriptor
from hypothesis import given
from hypothesis import strategies as st
from record.journals import Journal, envelope, recording, typed
from test_canonical_properties import SECRET, characters, instances, steady

import telemetry_events
from telemetry_events import RedactionKey, telemetry_context, telemetry_logger

EVENTS = [
    kind
    for kind in oracle.message_types()
    if kind.file.package == "telemetry_events.v1" and oracle.is_event(kind)
]
each_event = pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.name)

words = st.text(characters, max_size=12)
contexts = st.dictionaries(st.sampled_from(page.CONTEXT), words)


class RetriableError(Exception):
    """An exception that has a module of its own."""

    class NestedError(KeyError):
        """One within a class."""


def raised(exception: BaseException, depth: int) -> BaseException:
    """Return an exception that went through some frames."""
    try:
        if depth:
            raised(exception, depth - 1)
            raise exception
        raise exception
    except BaseException as caught:
        return caught


exceptions = st.none() | st.builds(
    raised,
    st.sampled_from(
        [ValueError, RetriableError, RetriableError.NestedError, KeyboardInterrupt, StopIteration]
    ).map(lambda kind: kind("DOE^JANE")),
    st.integers(0, 3) | st.just(40),
)


@pytest.fixture(scope="module")
def keyed_journal(tmp_path_factory: pytest.TempPathFactory):
    """A journal with a redaction key."""
    with recording(tmp_path_factory.mktemp("keyed"), key=RedactionKey("k1", SECRET)) as journal:
        yield journal


@each_event
@steady
@given(data=st.data())
def test_line_of_an_event(kind: Descriptor, data: st.DataObject, keyed_journal: Journal) -> None:
    """Whatever an event, its context, its level and its exception are, its line is that of the page."""
    message = data.draw(instances(kind, faulty=False))
    context = data.draw(contexts)
    exception = data.draw(exceptions)
    level = data.draw(st.sampled_from([20, 30, 40, 50]))
    telemetry_logger.filters = data.draw(st.sampled_from([[], [lambda _: True]]))

    with telemetry_context(**context):
        telemetry_logger.log(level, typed(message), exc_info=exception)

    [line] = keyed_journal.lines()
    assert line == page.line(
        message,
        key=oracle.Key("k1", SECRET),
        context=context,
        level=level,
        error=page.error_of(exception),
        **envelope(line),
    )


@steady
@given(text=st.text(characters), context=contexts, exception=exceptions)
def test_line_of_a_text(shared_journal: Journal, text: str, context: dict[str, str], exception: Any) -> None:
    """A plain message is an envelope and a context, and its text is as it was."""
    with telemetry_context(**context):
        telemetry_logger.warning("%s", text, exc_info=exception)

    [line] = shared_journal.lines()
    assert line == page.line(
        context=context, level=30, message=text, error=page.error_of(exception), **envelope(line)
    )


@pytest.mark.parametrize(
    "text", ["\udcff", "a\ud83d\ude00b\ud800", "%", "%s %d", "\n\r\u2028\0", "…" * 9, ""]
)
def test_line_of_an_odd_text(shared_journal: Journal, text: str) -> None:
    """A text without arguments is not formatted, and what is no Unicode in it becomes U+FFFD."""
    telemetry_logger.info(text)

    [line] = shared_journal.lines()
    mended = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert line == page.line(message=mended, **envelope(line))


@pytest.mark.parametrize("field", page.CONTEXT)
@each_event
def test_what_the_event_has_is_the_events(kind: Descriptor, field: str, shared_journal: Journal) -> None:
    """A member of the context that the event's type has too is left out, also where the event's is unset."""
    message = oracle.message_class(kind.full_name)()

    with telemetry_context(**{field: "of the context"}):
        telemetry_logger.info(typed(message))

    [line] = shared_journal.lines()
    assert line == page.line(message, context={field: "of the context"}, **envelope(line))
    assert (b'"of the context"' in line) == (field not in kind.fields_by_name)


@pytest.mark.parametrize("hostname", ["a", "A.b-c_d:9", "::1", "x" * 255])
@pytest.mark.parametrize("ddsource", [None, "python", "Z9_./:-"])
def test_line_of_another_machine(tmp_path, hostname: str, ddsource: str | None) -> None:
    """A record tells the configured machine, service and source, and the service where there is no source."""
    message = oracle.message_class("telemetry_events.v1.BatchProgressEvent")(batch_number=3)
    with recording(
        tmp_path, hostname=hostname, ddsource=ddsource, service="Wörker".replace("ö", "0")
    ) as journal:
        telemetry_logger.info(typed(message))

        [line] = journal.lines()
    known = envelope(line) | {"hostname": hostname, "service": "W0rker", "ddsource": ddsource or "W0rker"}
    assert line == page.line(message, **known)


def test_first_numbers_and_identity(journal: Journal) -> None:
    """Each record takes the next number of its emitter, and the emitter's folder bears its name."""
    for _ in range(12):
        telemetry_logger.info("text")

    records = journal.records()
    assert [record["seq"] for record in records] == [*range(1, 13)]
    [emitter] = {record["emitter"] for record in records}
    assert re.fullmatch("[a-z2-7]{16}", emitter)
    assert [folder.name.rpartition("-")[2] for folder in journal.directory.iterdir()] == [emitter]


@pytest.mark.parametrize("filters", [[], [lambda _: True]], ids=["direct", "other"])
def test_time_of_a_record_is_that_of_the_call(filters: list[Any], journal: Journal) -> None:
    """The timestamp is cut to the millisecond in which the call was made, in each of some that follow."""
    telemetry_logger.filters = filters
    last = 0
    for _ in range(5):
        while time.time_ns() // 1_000_000 == last:
            pass
        before = time.time_ns() // 1_000_000
        telemetry_logger.info(telemetry_events.BatchProgressEvent("p", 1))
        last = time.time_ns() // 1_000_000

        [record] = journal.records()
        assert page.timestamp(before * 1000) <= record["timestamp"] <= page.timestamp(last * 1000)


MOMENTS = [
    0,
    1,
    999,
    1_000,
    -1,
    -1_000,
    -1_001,
    -999_999,
    -86_400_000_001,
    1_700_000_000_999_999,
    951_782_400_000_000,
]
MOMENTS += [253_402_300_799_999_000, 253_402_300_799_000_000, -62_135_596_800_000_000, 1_795_428_000_122_999]


@pytest.mark.parametrize("moment", [*MOMENTS, *range(1_795_428_000_123_000, 1_795_428_000_124_000, 37)])
def test_time_of_a_foreign_record(shared_journal: Journal, moment: int) -> None:
    """A log record's time is cut to milliseconds, downwards, in all years that have four digits."""
    foreign = logging.makeLogRecord({"msg": "text", "levelno": 20, "created": moment / 1e6})

    telemetry_logger.handlers[0].handle(foreign)

    [record] = shared_journal.records()
    assert record["timestamp"] == page.timestamp(moment)


@pytest.mark.parametrize(
    "level", [-5, 0, 1, 9, 10, 15, 19, 20, 25, 29, 30, 35, 39, 40, 45, 49, 50, 51, 100, 2**40]
)
def test_status_of_a_level(shared_journal: Journal, level: int) -> None:
    """A level between two of the five counts as the lower one, the direct way and the other."""
    telemetry_logger.handlers[0].handle(logging.makeLogRecord({"msg": "text", "levelno": level}))
    if level > 0:
        telemetry_logger.setLevel(1)
        telemetry_logger.log(level, telemetry_events.BatchProgressEvent("p", 1))
        telemetry_logger.log(level, "text")
        telemetry_logger.setLevel(20)

    assert {record["status"] for record in shared_journal.records()} == {page.status(level)}
