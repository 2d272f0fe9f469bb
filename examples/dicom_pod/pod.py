"""The pod: it connects its data to the hub, accepts tasks, and has its worker run them."""

from contextlib import AbstractContextManager

from dicom_pod import schema_worker
from dicom_pod.dataset import DICOMSource
from dicom_pod.ehr import FHIRR4Config
from dicom_pod.task import Task
from dicom_pod.wire import get, post
from dicom_pod.worker import Worker
from telemetry_events import telemetry_context

__all__ = ["Pod"]


class Pod:
    """A pod with one data source."""

    def __init__(self, name: str, hub: str, source: DICOMSource, ehr: FHIRR4Config) -> None:
        self.name = name
        self._hub = hub
        self._source = source
        self._worker = Worker(name, source, ehr)

    def start(self) -> None:
        """Connect the data source, and tell the hub which columns it has."""
        with self._context():
            self._source.connect()
            schema_worker.upload(schema_worker.generate(self._source), self._hub)

    def accept(self) -> list[Task]:
        """Accept all tasks that wait at the hub, and return them."""
        tasks = [Task.parse(body) for body in get(f"{self._hub}/tasks/waiting")]
        for task in tasks:
            post(f"{self._hub}/tasks/{task.task_id}/acceptance", {"pod_identifier": self.name})
        return tasks

    def run(self, task: Task) -> None:
        """Run a task, and tell the hub how it ended. A task that fails does not end the pod."""
        with self._context():
            try:
                outcome = {"status": "complete", "results": self._worker.run(task)}
            except Exception as error:
                outcome = {"status": "failed", "error_type": type(error).__name__}
            post(f"{self._hub}/tasks/{task.task_id}/outcome", outcome)

    def _context(self) -> AbstractContextManager[None]:
        return telemetry_context(pod_identifier=self.name, dataset_name=self._source.name)
