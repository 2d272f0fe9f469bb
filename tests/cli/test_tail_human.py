"""`telemetry-events tail` shows a record to people in one line, in which nothing drives a terminal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.conftest import Tail
from cli.records import BATCH, record, segment

from telemetry_events import (
    ExecutionTimeEvent,
    GroupingSummaryEvent,
    TaskAcceptedEvent,
    TaskErrorEvent,
    TrialFilterSummaryEvent,
)
from telemetry_events.v1 import TelemetryException

THEN = "2020-02-29T10:00:00.123Z"
FRAMES = 'File "app/main.py", line 3, in <module>\nFile "algorithms/mean.py", line 41, in run'

HUMAN = {
    "event": (
        record(BATCH, at=THEN, task_id="9d1c7f4e", run_id="r"),
        "2020-02-29 10:00:00.123  INFO   worker  batch_progress  protocol_name=ResultsOnly batch_number=3"
        "  run_id=r task_id=9d1c7f4e\n",
    ),
    "status": (
        record("m", at=THEN, status="critical"),
        "2020-02-29 10:00:00.123  CRITICAL  worker  m\n",
    ),
    "message": (
        record("it rained: cats", at=THEN, status="warn", task_id="t"),
        "2020-02-29 10:00:00.123  WARN   worker  it rained: cats  task_id=t\n",
    ),
    "event's own context": (
        record(TaskAcceptedEvent("t", "p", "u", "d", "1", "now"), at=THEN, username="x"),
        "2020-02-29 10:00:00.123  INFO   worker  task_accepted  task_id=t pod_name=p modeller_username=u"
        " datasource_type=d app_version=1 datetime=now  username=x\n",
    ),
    "values": (
        record(TrialFilterSummaryEvent("a b", "", 1, 2, missing_columns=["x", 'y"']), at=THEN),
        '2020-02-29 10:00:00.123  INFO   worker  trial_filter_summary  step="a b" filter_name=""'
        ' rows_matched=1 rows_failed=2 rows_missing=0 missing_columns=["x","y\\""]\n',
    ),
    "more values": (
        record(GroupingSummaryEvent('a="b\\', maybe_final=True), at=THEN),
        '2020-02-29 10:00:00.123  INFO   worker  grouping_summary  step="a=\\"b\\\\" maybe_final=true\n',
    ),
    "double": (
        record(ExecutionTimeEvent("", "f", 1e-7), at=THEN),
        "2020-02-29 10:00:00.123  INFO   worker  execution_time"
        '  class_name="" function=f duration_seconds=1e-7\n',
    ),
    "frames": (
        record(TaskErrorEvent("t", "p", "u", "ValueError", FRAMES), at=THEN, status="error"),
        "2020-02-29 10:00:00.123  ERROR  worker  task_error"
        "  task_id=t pod_name=p modeller_username=u error_type=ValueError\n"
        '    File "app/main.py", line 3, in <module>\n'
        '    File "algorithms/mean.py", line 41, in run\n',
    ),
    "exception": (
        record("m", at=THEN, status="error", error=TelemetryException("OSError", FRAMES)),
        "2020-02-29 10:00:00.123  ERROR  worker  m\n"
        "    OSError\n"
        '      File "app/main.py", line 3, in <module>\n'
        '      File "algorithms/mean.py", line 41, in run\n',
    ),
    "exception without frames": (
        record("m", at=THEN, status="error", error=TelemetryException("OSError", "")),
        "2020-02-29 10:00:00.123  ERROR  worker  m\n    OSError\n",
    ),
    "no json": (b"Traceback (most recent call last):", "not a record  Traceback (most recent call last):\n"),
    "no object": (b"[1]", "not a record  [1]\n"),
    "no utf-8": (b"a\xffb", "not a record  a\\xffb\n"),
    "event alone": (
        b'{"batch_number":3,"event":"batch_progress"}',
        "-  -      -  batch_progress  batch_number=3\n",
    ),
    "unknown event": (
        record(BATCH, at=THEN, task_id="t").replace(b"batch_progress", b"scan_end"),
        "2020-02-29 10:00:00.123  INFO   worker  scan_end"
        "  batch_number=3 protocol_name=ResultsOnly  task_id=t\n",
    ),
    "strange types": (
        b'{"timestamp":5,"status":null,"service":[],"event":{},"message":1,"error":"e","a b":{"c":null}}',
        '5  NULL   []  {}  "a b"={"c":null}\n',
    ),
    "terminal": (
        record("\x1b[31m\x07\r\x9b2J", at=THEN, service="\u202ex", task_id="a\n\u2028\u200b\x7f"),
        "2020-02-29 10:00:00.123  INFO   \\u202ex  \\x1b[31m\\x07\\r\\x9b2J"
        '  task_id="a\\n\\u2028\\u200b\\x7f"\n',
    ),
    "terminal in frames": (
        record("m", at=THEN, error=TelemetryException("\x1b[1m", 'File "\x1b]0;x", line 1, in f')),
        '2020-02-29 10:00:00.123  INFO   worker  m\n    \\x1b[1m\n      File "\\x1b]0;x", line 1, in f\n',
    ),
    "terminal in no json": (b"\x1b[2J\xc2\x9b", "not a record  \\x1b[2J\\x9b\n"),
    "terminal in a name": (b'{"\\u001b[m":1,"event":"\\u001b"}', '-  -      -  \\x1b  "\\x1b[m"=1\n'),
}


@pytest.mark.parametrize(("line", "expected"), HUMAN.values(), ids=HUMAN)
def test_human_form(line: bytes, expected: str, tail: Tail, tmp_path: Path) -> None:
    """A record is one line: time, status, service, name, the fields in the schema's order, the context."""
    segment(tmp_path, 1, line)

    assert tail(tmp_path) == (0, expected, "")


def test_the_time_of_today(tail: Tail, tmp_path: Path) -> None:
    """A record of today, in UTC, shows the time of day alone."""
    days = [datetime.now(UTC).date().isoformat()]
    segment(tmp_path, 1, record("m", at=f"{days[0]}T10:00:00.123Z"))
    output = tail(tmp_path)[1]
    days.append(datetime.now(UTC).date().isoformat())

    assert output == "10:00:00.123  INFO   worker  m\n" or days[0] != days[1]
