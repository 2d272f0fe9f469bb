"""An algorithm with access to the hospital's records: the patients behind a batch."""

from collections.abc import Iterable

from dicom_pod.algorithm import Algorithm
from dicom_pod.dataset import Record
from dicom_pod.ehr import FHIRClient, Patient
from telemetry_events import EHRQueryCompleteEvent, telemetry_logger

__all__ = ["PatientQuery"]


class PatientQuery(Algorithm):
    """Finds the patients of a batch in the hospital's record system."""

    def __init__(self, ehr: FHIRClient) -> None:
        self._ehr = ehr

    def run(self, records: Iterable[Record]) -> dict[str, Patient]:
        """Return the patients that were found, by the identifier that the files have of them."""
        asked = {record.patient_id for record in records} - {""}
        patients = self._ehr.patients(asked) if asked else []
        found = {name: each for each in patients for name in each.identifiers if name in asked}
        telemetry_logger.info(EHRQueryCompleteEvent(len(asked), len(found), self._ehr.config_type))
        return found
