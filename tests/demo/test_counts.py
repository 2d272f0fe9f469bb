"""What the journal of the example counts is what pydicom says of the same files."""

import re
from collections import Counter

import pytest
from demo.running import Demo, Headers, Patients

# What pydicom warns of in its files is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


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
