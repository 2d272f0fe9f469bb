"""The modeller: it sends tasks to the hub and hears which pods accept them."""

from dataclasses import asdict

from dicom_pod import __version__
from dicom_pod.clock import now
from dicom_pod.task import Task
from dicom_pod.wire import get, post
from telemetry_events import TaskAcceptedByPodEvent, telemetry_logger

__all__ = ["Modeller"]


class Modeller:
    """The application of a user who sends tasks."""

    def __init__(self, hub: str) -> None:
        self._hub = hub

    def submit(self, task: Task) -> str:
        """Ask all pods to run a task, and return the identifier that the hub gives it."""
        task_id: str = post(f"{self._hub}/tasks", asdict(task))["task_id"]
        return task_id

    def hear_acceptances(self, task_id: str) -> None:
        """Take note of the pods that have accepted a task."""
        for pod in get(f"{self._hub}/tasks/{task_id}")["accepted_by"]:
            telemetry_logger.info(TaskAcceptedByPodEvent(pod, task_id, __version__, now()))
