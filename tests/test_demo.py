"""The example in examples/dicom_pod, run as a user runs it: what its journal says is what pydicom says.

What may not get out is each identifier of a header or of the hospital's records, and each file's name. One of
4 or more characters stands nowhere in what is written; where it is all digits, as a birth date is, it is no
number there (within a longer one it is chance). A shorter one, such as `1`, is no whole string there.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest
from conftest import ROOT

from telemetry_events import TelemetryEventName, enum_text

# What pydicom warns of in its files is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
Headers = list[pydicom.Dataset]
Patients = dict[str, Any]

EXAMPLE = ROOT / "examples" / "dicom_pod"
IDENTIFIERS = {"AccessionNumber", "OtherPatientIDs", "PatientBirthDate", "PatientID", "StudyID"}

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


@dataclass(frozen=True)
class Demo:
    """A run of the example, and the lines that its folder's journal has afterwards."""

    folder: Path
    status: int
    stdout: str
    stderr: str
    journal: bytes
    lines: list[dict[str, Any]]

    def of(self, event: str, task: str | None = None) -> list[dict[str, Any]]:
        """Return the records of a type of event, of all tasks or of one."""
        events = [line for line in self.lines if line.get("event") == event]
        return [line for line in events if task in {None, line.get("task_id")}]

    def all_of(self, event: str, member: str, task: str | None = None) -> list[Any]:
        """Return a member of each of these records that has it."""
        return [line[member] for line in self.of(event, task) if member in line]


def run(folder: Path, *command: str) -> Demo:
    """Run the example in a folder, with every warning of Python an error."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DD_", "TELEMETRY_"))}
    env |= {"PYTHONPATH": str(EXAMPLE.parent), "HOME": str(folder), "DD_HOSTNAME": "pod"}
    python = [sys.executable, "-W", "error", "-B", *command]
    done = subprocess.run(python, cwd=folder, env=env, capture_output=True, text=True, timeout=30)
    journal = b"".join(each.read_bytes() for each in sorted((folder / "journal").glob("*/*.jsonl")))
    lines = [json.loads(line) for line in journal.split(b"\n")[:-1]]
    return Demo(folder, done.returncode, done.stdout, done.stderr, journal, lines)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The example, run once."""
    return run(tmp_path_factory.mktemp("demo"), "-m", "dicom_pod", ".")


@pytest.fixture(scope="session")
def headers() -> Headers:
    """What pydicom reads in the files of its package."""
    files = (Path(pydicom.__file__).parent / "data" / "test_files").rglob("*.dcm")
    return [pydicom.dcmread(file, force=True) for file in files]


@pytest.fixture(scope="session")
def first(headers: Headers) -> Headers:
    """The headers that the first task selects."""
    modalities = {"CT", "MR", "OT", "RTDOSE", "RTPLAN", "US"}
    return [each for each in headers if each.get("Modality") in modalities and "PixelData" in each]


@pytest.fixture(scope="session")
def patients() -> Patients:
    """The patients of the hospital's record system, who are all of age, by identifier."""
    entries = json.loads((EXAMPLE / "patients.json").read_text())["entry"]
    return {each["resource"]["identifier"][0]["value"]: each["resource"] for each in entries}


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


def test_the_files_are_those_of_pydicom(demo: Demo, headers: Headers) -> None:
    """All 79 files are described and considered, and each of the 15 without pixel data is reported once."""
    missing = demo.all_of("missing_column", "file_name")

    assert (len(headers), sum("PixelData" not in each for each in headers)) == (79, 15)
    assert demo.all_of("schema_upload_success", "number_of_records") == [79]
    assert demo.all_of("filtering_complete", "total_files") == [79, 79]
    assert (len(missing), len(set(missing))) == (15, 15)
    assert all(re.fullmatch(r"h1:demo:[a-z2-7]{26}\.dcm", name) for name in missing)


def test_files_are_selected_and_grouped_by_their_headers(demo: Demo, first: Headers) -> None:
    """Selected files, groups by patient and study, and batches of whole groups agree with the headers."""
    groups = Counter((each.get("PatientID"), each.get("StudyInstanceUID")) for each in first)
    images = sum(each.Modality == "MR" for each in first)
    files = demo.all_of("grouping_summary", "selected_files", "task-1")
    counts = demo.all_of("grouping_summary", "group_count", "task-1")
    (size,) = set(demo.all_of("grouping_summary", "batch_size"))
    large = [count for count in groups.values() if count > size]

    assert demo.all_of("filtering_complete", "files_selected") == [len(first), images]
    assert demo.all_of("grouping_summary", "cached_files") == [0, images]
    assert (files[0], counts[0]) == (len(first), len(groups))
    assert (sum(files[1:]), sum(counts[1:])) == (len(first), len(groups))
    assert demo.all_of("grouping_summary", "oversized_cohort_size") == large
    assert demo.all_of("batch_progress", "batch_number", "task-1") == list(range(1, len(files)))
    assert demo.all_of("grouping_summary", "maybe_final", "task-1") == [False] * (len(files) - 2) + [True]


def test_trial_filters_count_what_the_headers_say(demo: Demo, first: Headers, patients: Patients) -> None:
    """Rows matched, failed and missing are those of headers and records, and so are the eligible patients."""
    ages = [
        each.get("PatientAge") or ("018Y" if each.get("PatientID") in patients else None) for each in first
    ]
    slices = [each.get("SliceThickness") or None for each in first]
    outcomes: dict[str, list[bool | None]] = {
        "tomography": [each.Modality in {"CT", "MR"} for each in first],
        "adult": [age and age >= "018Y" for age in ages],
        "thin_slices": [thickness and thickness <= 5 for thickness in slices],
    }
    for name, rows in outcomes.items():
        mine = [each for each in demo.of("trial_filter_summary", "task-1") if each["filter_name"] == name]
        told = [sum(each[f"rows_{member}"] for each in mine) for member in ("matched", "failed", "missing")]
        assert told == [rows.count(True), len(rows) - rows.count(True), rows.count(None)]
    passed = zip(first, *outcomes.values(), strict=True)
    eligible = {header.PatientID for header, *met in passed if met == [True] * 3}
    lacking = [columns for columns in demo.all_of("trial_filter_summary", "missing_columns") if columns]

    assert demo.all_of("patient_eligibility", "eligible_count") == [len(eligible)]
    assert lacking == [["Slice Thickness"]]


def test_patients_are_asked_for_and_found(demo: Demo, first: Headers, patients: Patients) -> None:
    """Each task has a session, each batch asks for its headers' patients, and a spent token is refreshed."""
    asked = {each.PatientID for each in first if each.get("PatientID")}

    assert len(demo.of("ehr_session_initialised")) == 2
    assert len(demo.of("ehr_token_refreshed")) == 1
    assert len(demo.of("ehr_query_complete")) == len(demo.of("batch_progress"))
    assert sum(demo.all_of("ehr_query_complete", "patients_queried", "task-1")) == len(asked)
    assert sum(demo.all_of("ehr_query_complete", "records_found", "task-1")) == len(asked & patients.keys())


def test_unreadable_files_are_recorded_as_exceptions(demo: Demo, first: Headers) -> None:
    """What the first task left out is what pydicom cannot decode, by the class of the exception."""
    expected = dict.fromkeys(["MissingDecoderError", "DamagedFileError"], 0)
    for header in first:
        try:
            header.pixel_array  # noqa: B018
        except RuntimeError:
            expected["MissingDecoderError"] += 1
        except (AttributeError, ValueError):
            expected["DamagedFileError"] += 1
    told = dict.fromkeys(expected, 0)
    for line in demo.lines:
        if line["message"].startswith("unreadable files: ") and line["task_id"] == "task-1":
            told[line["error"]["kind"].rpartition(".")[2]] += int(line["message"].rpartition(" ")[2])

    assert told == expected
    assert all(told.values())


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


def identifiers_of(header: pydicom.Dataset) -> Iterator[str]:
    """Return each identifier in a header, at any depth; of a person's name its parts too."""
    for element in header.iterall():
        if element.VR in {"PN", "UI"} or element.keyword in IDENTIFIERS:
            for value in element.value if element.VM > 1 else [element.value]:
                yield from {str(value or "").strip(), *re.split(r"[\^=]", str(value or ""))}


def test_no_identifier_gets_out(demo: Demo, headers: Headers, patients: Patients) -> None:
    """No identifier of a header or a record, and no file's name, is in the journal or in what is printed."""
    identifiers = {text for header in headers for text in identifiers_of(header)} - {""}
    identifiers |= {Path(str(header.filename)).stem for header in headers}
    for patient in patients.values():
        (name,) = patient["name"]
        identifiers |= {patient["id"], patient["birthDate"], name["family"], *name["given"]}

    written = demo.journal.decode() + demo.stdout + demo.stderr
    short = {each for each in identifiers if len(each) < 4}
    numbers = {each for each in identifiers - short if each.isdecimal()}
    others = identifiers - short - numbers

    assert min(len(short), len(numbers), len(others) - 250) > 5
    assert not {each for each in short if f'"{each}"' in written}
    assert not {each for each in numbers if re.search(rf"(?<!\d){each}(?!\d)", written)}
    assert not {each for each in others if each in written}


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
