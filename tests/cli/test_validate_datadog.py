"""`validate` takes a record out of what Datadog puts around it, by its API and in an archive."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cli.lines import FILTERED, LINE, PLAIN, RAISED, TRACED
from cli.records import EMITTER

Problems = Callable[..., list[str]]

RESERVED = ("hostname", "service", "status", "message", "ddtags", "ddsource", "timestamp")


def api(line: bytes, **changes: Any) -> bytes:
    """Return what the API gives for a record."""
    members = json.loads(line)
    inner = {name: value for name, value in members.items() if name not in RESERVED}
    outer = {
        "attributes": inner,
        "host": members["hostname"],
        "message": members["message"],
        "service": members["service"],
        "status": members["status"],
        "tags": [*members["ddtags"].split(","), "source:worker", "datadog.index:Main"],
        "timestamp": members["timestamp"],
    }
    return json.dumps({"id": "AQAAAY", "type": "log", "attributes": outer | changes}).encode()


def archive(line: bytes, **changes: Any) -> bytes:
    """Return what an archive holds for a record."""
    outer = json.loads(api(line))["attributes"]
    log = {
        "_id": "AQAAAY",
        "date": outer.pop("timestamp"),
        "host": outer["host"],
        "service": outer["service"],
        "source": "worker",
        "status": outer["status"],
        "message": outer["message"],
        "tags": outer["tags"],
        "attributes": outer["attributes"],
    }
    return json.dumps(log | changes).encode()


each_form = pytest.mark.parametrize("form", [api, archive])


@each_form
@pytest.mark.parametrize("line", [LINE, FILTERED, TRACED, RAISED, PLAIN])
def test_records_are_valid(form: Callable[..., bytes], line: bytes, problems: Problems) -> None:
    """A record that has been through Datadog is without a problem, also where canonical JSON is demanded."""
    assert problems(form(line)) == []
    assert problems(form(line), options=("--canonical",)) == []


@each_form
@pytest.mark.parametrize(
    "changes",
    [
        {"status": "INFO"},
        {"status": "warning"},
        {"status": "emerg"},
        {"tags": []},
        {"timestamp": "2026-11-23T10:00:00Z", "date": "2026-11-23T10:00:00.123456+01:00"},
    ],
    ids=str,
)
def test_what_datadog_changes(
    form: Callable[..., bytes], changes: dict[str, Any], problems: Problems
) -> None:
    """Statuses, tags and times may be as Datadog prints them."""
    assert problems(form(LINE, **changes)) == []


@each_form
def test_doubles_for_integers(form: Callable[..., bytes], problems: Problems) -> None:
    """A whole number may have become a double, also that of a record; one with a fraction is none."""
    doubled = LINE.replace(b'"seq":1', b'"seq":1.0').replace(b":3,", b":3.0,")

    assert problems(form(doubled)) == []
    assert problems(form(doubled), form(LINE)) == [
        f"2: duplicate: emitter {EMITTER}, seq 1 came before with other bytes"
    ]
    assert problems(form(LINE.replace(b":3,", b":3.5,"))) == [
        "1: wrong-type: `batch_progress.batch_number` must be an int32, and is a number that is not"
        " written as an integer"
    ]


@each_form
def test_faults_are_found(form: Callable[..., bytes], problems: Problems) -> None:
    """What Datadog does not change is checked as anywhere else."""
    assert problems(form(LINE.replace(b"batch_number", b"batchNumber"))) == [
        "1: wrong-name-case: `batch_progress.batchNumber` is spelled `batch_number`"
    ]
    assert problems(form(LINE, status="fatal-ish")) == [
        "1: bad-envelope: `batch_progress.status` is no status of Datadog's"
    ]
    assert problems(form(LINE.replace(b'"seq":1,', b""))) == [
        "1: missing-field: `batch_progress.seq` is missing"
    ]
    assert problems(form(LINE, message="other")) == [
        "1: bad-envelope: `batch_progress.message` is another than the event's name"
    ]


@each_form
def test_one_record_delivered_twice(form: Callable[..., bytes], problems: Problems) -> None:
    """A record that arrived twice is the same, although Datadog gave each arrival an id of its own."""
    again = form(LINE).replace(b"AQAAAY", b"AQAAAZ")

    assert problems(form(LINE), again) == [
        f"2: duplicate: emitter {EMITTER}, seq 1 came before with the same bytes"
    ]


@each_form
def test_what_datadog_leaves_in_the_attributes(form: Callable[..., bytes], problems: Problems) -> None:
    """A reserved attribute may still stand among the others, as what Datadog found there."""
    log = json.loads(form(LINE))
    (log if "_id" in log else log["attributes"])["attributes"] |= {
        "timestamp": 1795428000123,
        "status": "Info",
    }

    assert problems(json.dumps(log).encode()) == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":"A","type":"log","message":"m"}',
        b'{"id":"A","type":"log","attributes":[],"message":"m"}',
        b'{"_id":"A","attributes":{},"message":"m"}',
        b'{"date":"A","attributes":{},"message":"m"}',
    ],
)
def test_what_is_no_log_of_datadogs(line: bytes, problems: Problems) -> None:
    """An object that only begins like a log of Datadog's is a line like any other."""
    assert [problem.split(": ")[1] for problem in problems(line)][:1] == ["unknown-field"]


def test_a_log_of_another_program(problems: Problems) -> None:
    """A log without a record is no record: its envelope is not there."""
    log = {"_id": "A", "date": "2026-11-23T10:00:00Z", "message": "m", "attributes": {"a": 1}}

    assert [problem.split(": ", 1)[1] for problem in problems(json.dumps(log).encode())] == [
        "unknown-field: `a` is no field",
        "missing-field: `emitter` is missing",
        "missing-field: `seq` is missing",
        "missing-field: `service` is missing",
        "missing-field: `status` is missing",
    ]
