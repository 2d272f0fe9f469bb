"""The protocol of a task, and the part of the orchestrator: batch after batch of its files."""

from collections import defaultdict
from collections.abc import Iterable

from dicom_pod.clock import now
from dicom_pod.cohort import eligible_patients
from dicom_pod.dataset import DamagedFileError, DICOMSource, MissingDecoderError, Record
from dicom_pod.ehr import FHIRClient
from dicom_pod.grouping import Batch, Grouping, batches
from dicom_pod.patient_query import PatientQuery
from dicom_pod.pixel_statistics import Image, PixelStatistics
from dicom_pod.record_filter import RecordFilterAlgorithm
from dicom_pod.task import Task
from telemetry_events import (
    BatchProgressEvent,
    GroupingSummaryEvent,
    PatientEligibilityEvent,
    telemetry_logger,
)
from telemetry_events.instrument import log_execution_time

__all__ = ["ResultsOnly"]


class ResultsOnly:
    """A protocol that sends home results and no data: statistics of pixels, and a number of patients."""

    def __init__(self, source: DICOMSource, grouping: Grouping, ehr: FHIRClient, task: Task) -> None:
        self._source = source
        self._grouping = grouping
        self._task = task
        self._query = PatientQuery(ehr)
        self._statistics = PixelStatistics()

    def run(self) -> dict[str, object]:
        """Run the task over all its batches, and return its results."""
        records = RecordFilterAlgorithm(self._task.modalities).setup_run(self._source.records)
        made = self._batches(records)
        eligible: set[str] = set()
        for number, batch in enumerate(made, 1):
            telemetry_logger.info(BatchProgressEvent(type(self).__name__, number))
            telemetry_logger.info(
                GroupingSummaryEvent(
                    step="batch",
                    group_count=batch.group_count,
                    selected_files=len(batch.records),
                    batch_size=self._task.batch_size,
                    maybe_final=number == len(made),
                    oversized_cohort_size=self._oversized(batch),
                )
            )
            eligible |= eligible_patients(batch.records, self._query.run(batch.records))
            self._statistics.run(self.images(batch.records))
        telemetry_logger.info(
            PatientEligibilityEvent(len(eligible), self._source.name, self._task.project_id, now())
        )
        moments = self._statistics.moments.items()
        return {
            "eligible_patients": len(eligible),
            "pixels": {name: {"mean": each.mean, "variance": each.variance} for name, each in moments},
        }

    @log_execution_time
    def images(self, records: Iterable[Record]) -> list[Image]:
        """Return the images of the files that can be read; a strict task ends at one that is damaged."""
        images: list[Image] = []
        left_out: defaultdict[type[Exception], list[Exception]] = defaultdict(list)
        for record in records:
            try:
                images.append(Image(record.modality, self._source.pixels(record)))
            except (DamagedFileError, MissingDecoderError) as error:
                if self._task.strict and isinstance(error, DamagedFileError):
                    raise
                left_out[type(error)].append(error)
        for errors in left_out.values():
            telemetry_logger.warning("unreadable files: %d", len(errors), exc_info=errors[0])
        return images

    def _batches(self, records: list[Record]) -> list[Batch]:
        groups, cached = self._grouping.group(records)
        telemetry_logger.info(
            GroupingSummaryEvent(
                step="group", group_count=len(groups), selected_files=len(records), cached_files=cached
            )
        )
        return batches(groups, self._task.batch_size)

    def _oversized(self, batch: Batch) -> int | None:
        return len(batch.records) if len(batch.records) > self._task.batch_size else None
