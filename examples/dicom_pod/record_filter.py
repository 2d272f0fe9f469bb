"""The selection of a task's files, by their headers."""

from collections.abc import Collection, Sequence

from dicom_pod.dataset import PIXEL_DATA, Record
from telemetry_events import FilteringCompleteEvent, telemetry_logger

__all__ = ["RecordFilterAlgorithm"]


class RecordFilterAlgorithm:
    """Selects the files that have pixels and are of one of some modalities."""

    def __init__(self, modalities: Collection[str]) -> None:
        self._modalities = modalities

    def setup_run(self, records: Sequence[Record]) -> list[Record]:
        """Return the records of a task, before its first batch."""
        selected = [
            record
            for record in records
            if record.modality in self._modalities and PIXEL_DATA in record.columns
        ]
        telemetry_logger.info(FilteringCompleteEvent(len(records), len(selected)))
        return selected
