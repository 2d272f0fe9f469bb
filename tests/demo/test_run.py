"""The example runs, prints and ends as it should, and every type of event is in its journal, in order."""

import re
from collections import Counter
from pathlib import Path

import pytest
from demo.running import Demo, Headers, run

from telemetry_events import TelemetryEventName, enum_text

# What pydicom warns of in its files is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

# The example, run by code that is put before it.
RUN = """
import runpy, signal, sys
from telemetry_events import BatchProgressEvent, telemetry_logger
{}
runpy.run_module("dicom_pod", run_name="__main__", alter_sys=True)
"""
# Whatever leaves the loopback is told, and refused.
OFFLINE = """
def refuse(event, args):
    if event in {"socket.bind", "socket.connect", "socket.getaddrinfo"}:
        # ::1 is what urllib3, where pydicom finds it, tries to bind when it is imported.
        if (args[1][0] if isinstance(args[1], tuple) else args[0]) not in ("127.0.0.1", "::1"):
            raise SystemExit(f"{event} {args}")
sys.addaudithook(refuse)
"""
# Ctrl-C when the first batch begins.
INTERRUPTED = """
def interrupt(record):
    return not isinstance(record.msg, BatchProgressEvent) or signal.raise_signal(signal.SIGINT)
telemetry_logger.addFilter(interrupt)
"""


def test_it_succeeds_and_leaves_its_journal_alone(demo: Demo) -> None:
    """The example ends with status 0, says nothing on stderr, and leaves nothing but its journal."""
    assert (demo.status, demo.stderr) == (0, "")
    assert [path.name for path in demo.folder.iterdir()] == ["journal"]


def test_every_type_of_event_is_in_the_journal(demo: Demo) -> None:
    """All nineteen types of the reference are in the journal, and no event was invalid or dropped."""
    names = {enum_text(name) for name in TelemetryEventName if 1 <= name.value <= 19}

    assert {line["event"] for line in demo.lines if "event" in line} == names


def test_no_record_is_missing(demo: Demo) -> None:
    """The one emitter's numbers run from 1 to the number of lines, each of which is a JSON object."""
    assert len({line["emitter"] for line in demo.lines}) == 1
    assert [line["seq"] for line in demo.lines] == list(range(1, demo.journal.count(b"\n") + 1))


def test_one_task_succeeds_and_one_fails(demo: Demo, headers: Headers) -> None:
    """One task completes; the truncated file ends the other, on record with frames and no message."""
    (error,) = demo.of("task_error", "task-2")
    frames = error["stacktrace_frames"].split("\n")
    (truncated,) = [each for each in headers if str(each.filename).endswith("MR_truncated.dcm")]
    with pytest.raises(ValueError, match="less than expected") as raised:
        truncated.pixel_array  # noqa: B018

    assert demo.all_of("task_accepted", "task_id") == ["task-1", "task-2"]
    assert demo.all_of("task_complete", "task_id") == ["task-1"]
    assert demo.all_of("task_error", "task_id") == ["task-2"]
    assert error["error_type"].rpartition(".")[2] == "DamagedFileError"
    assert all(re.fullmatch(r'File "[\w./<>-]+", line \d+, in \S+', frame) for frame in frames)
    assert frames[-1].startswith('File "dicom_pod/dataset.py"')
    assert str(raised.value)[:30] not in demo.journal.decode() + demo.stdout


def test_algorithms_report_each_boundary(demo: Demo) -> None:
    """Each batch brackets a run of the query, and one of the statistics with its two epochs."""
    epochs = [(step, epoch) for epoch in (1, 2) for step in ("epoch_start", "epoch_end")]
    expected: list[tuple[object, ...]] = [("PatientQuery", "run_start"), ("PatientQuery", "run_end")]
    expected += [("PixelStatistics", *step) for step in [("run_start",), *epochs, ("run_end",)]]
    members = ("algorithm_name", "step", "current_epoch")
    boundaries = demo.of("algorithm_progress", "task-1")
    told = [tuple(each[name] for name in members if name in each) for each in boundaries]

    assert told == expected * len(demo.of("batch_progress", "task-1"))
    assert set(demo.all_of("algorithm_progress", "max_epochs")) == {2}


def test_what_is_printed_fits_a_terminal(demo: Demo) -> None:
    """Each record is a row of at most 80 columns, in order; counts and the commands to go on follow."""
    lines = demo.stdout.splitlines()
    rows = [line.split()[:2] for line in lines if re.match(r" ?\d\d:\d\d:\d\d\.\d{3} ", line)]
    counts = dict(re.findall(r"\b([a-z_]+) +(\d+)\b", demo.stdout.partition("count")[2]))
    events = Counter(line["event"] for line in demo.lines if "event" in line)

    assert max(map(len, lines)) <= 80
    assert rows == [[line["timestamp"][11:23], line["status"]] for line in demo.lines]
    assert {name: int(counts[name]) for name in events} == events
    assert lines[-2].endswith("telemetry-events tail --no-follow journal")
    assert lines[-1].endswith("telemetry-events validate journal")


def test_a_second_run_stays_on_the_loopback(demo: Demo) -> None:
    """A further run into the same folder works, and binds and connects to the loopback alone."""
    again = run(demo.folder, "-c", RUN.format(OFFLINE))

    assert (again.status, again.stderr) == (0, "")
    assert sorted(Counter(line["emitter"] for line in again.lines).values()) == [len(demo.lines)] * 2


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    """Ctrl-C ends the example with status 130 and no traceback, with its task on record as aborted."""
    demo = run(tmp_path, "-c", RUN.format(INTERRUPTED))

    assert (demo.status, demo.stdout, demo.stderr) == (130, "", "")
    assert (demo.lines[-1]["event"], demo.lines[-1]["error_type"]) == ("task_error", "KeyboardInterrupt")
