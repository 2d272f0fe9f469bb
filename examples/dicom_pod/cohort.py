"""The cohort of a trial: the filters that a patient's files have to pass."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dicom_pod.dataset import Record
from dicom_pod.ehr import Patient
from telemetry_events import TrialFilterSummaryEvent, telemetry_logger

__all__ = ["TrialFilter", "eligible_patients"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class TrialFilter:
    """A criterion of a trial, which a row meets by its value in a column."""

    name: str
    column: str
    meets: Callable[[Any], bool]

    def matches(self, rows: Sequence[Row]) -> list[bool]:
        """Return for each row whether it meets the filter. A row without the value does not."""
        values = [row[self.column] for row in rows]
        matched = [value is not None and self.meets(value) for value in values]
        missing = values.count(None)
        found = missing < len(rows)
        telemetry_logger.info(
            TrialFilterSummaryEvent(
                step="batch",
                filter_name=self.name,
                rows_matched=sum(matched),
                rows_failed=len(rows) - sum(matched),
                rows_missing=missing,
                matching_column_count=int(found),
                missing_columns=[] if found else [self.column],
            )
        )
        return matched


TRIAL = (
    TrialFilter("tomography", "Modality", {"CT", "MR"}.__contains__),
    TrialFilter("adult", "Patient's Age", lambda years: years >= 18),
    TrialFilter("thin_slices", "Slice Thickness", lambda millimetres: millimetres <= 5),
)


def eligible_patients(records: Sequence[Record], patients: Mapping[str, Patient]) -> set[str]:
    """Return the patients of a batch that have a file which passes all filters of the trial."""
    rows = [_row(record, patients.get(record.patient_id)) for record in records]
    passed: Iterable[tuple[bool, ...]] = zip(*(each.matches(rows) for each in TRIAL), strict=True)
    eligible = {record.patient_id for record, all_of in zip(records, passed, strict=True) if all(all_of)}
    return eligible - {""}


def _row(record: Record, patient: Patient | None) -> Row:
    """Return what the filters look at; the hospital's record knows an age that a header lacks."""
    age = record.age_years
    if age is None and patient is not None:
        age = patient.age(date.today())
    return {"Modality": record.modality or None, "Patient's Age": age, "Slice Thickness": record.slice_mm}
