"""The worker: it runs one task, in the brackets that observe it."""

from dicom_pod import __version__
from dicom_pod.dataset import DICOMSource
from dicom_pod.ehr import FHIRClient, FHIRR4Config
from dicom_pod.grouping import Grouping
from dicom_pod.protocol import ResultsOnly
from dicom_pod.task import Task
from telemetry_events import telemetry_context
from telemetry_events.instrument import observe_task

__all__ = ["Worker"]


class Worker:
    """Runs the tasks of a pod, one after the other."""

    def __init__(self, pod_name: str, source: DICOMSource, ehr: FHIRR4Config) -> None:
        self._pod_name = pod_name
        self._source = source
        self._ehr = ehr
        self._grouping = Grouping()

    def run(self, task: Task) -> dict[str, object]:
        """Run a task and return its results. Whatever it raises is on record, and goes on."""
        with (
            telemetry_context(project_id=task.project_id),
            observe_task(
                task_id=task.task_id,
                pod_name=self._pod_name,
                modeller_username=task.modeller_username,
                datasource_type=type(self._source).__name__,
                app_version=__version__,
            ),
        ):
            ehr = FHIRClient(self._ehr)
            return ResultsOnly(self._source, self._grouping, ehr, task).run()
