"""Records that are too old or too new for the intake, and clocks that jump."""

import re
import time
from pathlib import Path

import orjson
import pytest
from faults.journals import Shippers, by_identity, leave, persist, record
from faults.judge import as_accepted, judge
from faults.oracle import Oracle
from faults.responses import answer

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery import shipper as shipper_module

SECOND, HOUR = 1000, 3_600_000
NOW = 1_800_000_000_123


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of sending is one that is known."""
    monkeypatch.setattr(shipper_module, "now_ms", lambda: NOW)


@pytest.mark.parametrize(
    ("age", "is_stamped"),
    [
        (0, False),
        (17 * HOUR - SECOND, False),
        (17 * HOUR, False),
        (17 * HOUR + SECOND, True),
        (17 * HOUR + 1, True),
        (19 * HOUR, True),
        (30 * 24 * HOUR, True),
        (NOW, True),
        (-HOUR, False),
        (-HOUR - 1, True),
        (-3 * HOUR, True),
        (-365 * 24 * HOUR, True),
    ],
)
@pytest.mark.usefixtures("clock")
def test_what_is_out_of_range_is_stamped(
    age: int, is_stamped: bool, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """It gets the time of sending, and `event_time` has what it was; all else of its bytes stays."""
    # Another beside it is in range, and is what it was.
    lines = [record(1, ms=NOW), record(2, ms=NOW - age), record(3, ms=NOW - 1)]
    leave(tmp_path, lines)
    assert shipper_of(tmp_path, oracle.url).deliver()
    sent = list(oracle.lines.values())

    assert [sent[0], sent[2]] == [lines[0], lines[2]]
    if is_stamped:
        stamp = b'"timestamp":"%b","event_time":' % rfc3339(NOW).encode()
        assert sent[1] == lines[1].replace(b'"timestamp":', stamp)
    else:
        assert sent[1] == lines[1]
    assert as_accepted(sent[1]) == lines[1]


def test_the_journal_keeps_the_true_time(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """What is sent with another time lies in the journal as it was, and so does what is set aside."""
    lines = [record(seq, ms=now_ms() - 19 * HOUR, text="poison" if seq == 2 else "") for seq in range(1, 4)]
    folder = leave(tmp_path, lines)
    oracle.usually = answer(503)
    shipper = shipper_of(tmp_path, oracle.url)
    assert not shipper.deliver()
    assert b"event_time" in oracle.requests[0].json
    assert (folder / "00000001.jsonl").read_bytes() == b"".join(line + b"\n" for line in lines)

    oracle.usually = answer(202)
    oracle.judge = lambda entries: answer(400 if any(b"poison" in each for each in entries) else 202)
    persist(shipper)
    verdict = judge(by_identity(lines), oracle, tmp_path).hold()
    assert (verdict.delivered, verdict.quarantined) == (2, 1)
    (held,) = tmp_path.glob("quarantine/*/*")
    assert held.read_bytes() == lines[1] + b"\n"


FOREIGN = [
    '{"timestamp" : "%s", "emitter": "e", "seq": 1}',
    '{ "emitter":"e","seq":1,"timestamp":\t"%s"}',
    '{"emitter":"e","seq":1,"a":{"timestamp":"%s"},"timestamp":"%s"}',
    '{"emitter":"e","seq":1,"\\u0074imestamp":"%s"}',
    '{"emitter":"e","seq":1,"message":"\\"timestamp\\":\\"%s\\"","timestamp":"%s"}',
    '{"emitter":"e","seq":1,"timestamp":"%s","message":"\u00fc \u2028 \\ud83d\\ude00"}',
]


@pytest.mark.parametrize("form", FOREIGN)
@pytest.mark.usefixtures("clock")
def test_lines_of_other_writers(form: str, tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """However `timestamp` is spelt, it is the outermost one that is stamped, and nothing else changes."""
    old = rfc3339(NOW - 19 * HOUR)
    line = form.replace("%s", old).encode()
    leave(tmp_path, [line])
    assert shipper_of(tmp_path, oracle.url).deliver()
    (sent,) = (orjson.loads(line) for line in oracle.lines.values())

    assert sent == orjson.loads(line) | {"timestamp": rfc3339(NOW), "event_time": old}


@pytest.mark.parametrize(
    "time", ['"yesterday"', '""', "17", "null", '{"timestamp":"2001-01-01T00:00:00.000Z"}', "[]"]
)
def test_times_that_are_none(time: str, tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """A line whose `timestamp` is no time, or that has none, is delivered none the less."""
    lines = [b'{"emitter":"e","seq":1,"timestamp":%b}' % time.encode(), b'{"emitter":"e","seq":2}']
    leave(tmp_path, [*lines, record(3, "e", ms=now_ms() - 19 * HOUR)])

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert set(oracle.lines) == {("e", 1), ("e", 2), ("e", 3)}
    assert b"event_time" in oracle.lines["e", 3]


def test_a_member_that_has_the_same_name_within(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """A text that looks like the time of the record is left as it is."""
    old = rfc3339(now_ms() - 19 * HOUR).encode()
    quoted = rb"\"timestamp\":\"" + old + rb"\""
    line = b'{"emitter":"e","message":"' + quoted + b'","seq":1,"timestamp":"' + old + b'"}'
    leave(tmp_path, [line])
    assert shipper_of(tmp_path, oracle.url).deliver()
    (sent,) = oracle.lines.values()

    assert quoted in sent
    assert as_accepted(sent) == line
    assert re.search(rb'"timestamp":"[^"]*","event_time":"' + old + rb'"}$', sent)


@pytest.mark.parametrize("jump", [-86400.0, 86400.0, -1e9])
def test_a_wall_clock_that_jumps(
    jump: float, tmp_path: Path, oracle: Oracle, shipper_of: Shippers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits are measured by another clock: delivery goes on, and nothing is lost or sent twice."""
    lines = [record(seq) for seq in range(1, 11)]
    leave(tmp_path, lines)
    oracle.usually = answer(503, "Retry-After: 1")
    shipper = shipper_of(tmp_path, oracle.url)
    assert not shipper.deliver()
    actual = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: actual[0]() + jump)
    monkeypatch.setattr(time, "time_ns", lambda: actual[1]() + int(jump * 1e9))
    monkeypatch.setattr("telemetry_events.clock.time_ns", time.time_ns)
    monkeypatch.setattr("telemetry_events.delivery.counters.time", time.time)
    monkeypatch.setattr("telemetry_events.delivery.shipper.time", time.time)
    monkeypatch.setattr("telemetry_events.delivery.intake.time", time.time)

    assert not shipper.deliver()
    assert 0 <= shipper.wait <= 2
    assert shipper.counted().lag >= 0
    oracle.usually = answer(202)
    persist(shipper)
    verdict = judge(by_identity(lines), oracle, tmp_path).hold()
    assert (verdict.delivered, verdict.duplicates) == (10, 0)


def test_a_clock_that_jumps_while_a_date_is_asked_for(
    tmp_path: Path, oracle: Oracle, shipper_of: Shippers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date to come again at is no longer away than the longest wait, whatever this machine's clock says."""
    leave(tmp_path, [record(1)])
    oracle.usually = answer(503, "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT")
    shipper = shipper_of(tmp_path, oracle.url, longest=120.0)
    monkeypatch.setattr("telemetry_events.delivery.intake.time", lambda: 0.0)

    assert not shipper.deliver()
    assert shipper.wait == 120
