"""The hub: it keeps the schemas of datasets, and passes tasks between modellers and pods."""

import json
from typing import Any

from dicom_pod.server import Reply, Request

__all__ = ["Hub"]


class Hub:
    """A hub that holds everything in memory."""

    def __init__(self) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Reply | None:
        """Answer what is asked of a hub."""
        match request.method, request.path:
            case "POST", ["schemas"]:
                schema = json.loads(request.body)
                self.schemas[schema["dataset_id"]] = schema
                return Reply({"records": schema["records"]}, 201)
            case "POST", ["tasks"]:
                task_id = f"task-{len(self.tasks) + 1}"
                task = json.loads(request.body) | {"task_id": task_id, "status": "waiting"}
                self.tasks[task_id] = {**task, "accepted_by": []}
                return Reply({"task_id": task_id}, 201)
            case "GET", ["tasks", "waiting"]:
                return Reply([task for task in self.tasks.values() if task["status"] == "waiting"])
            case "GET", ["tasks", task_id] if task_id in self.tasks:
                return Reply(self.tasks[task_id])
            case "POST", ["tasks", task_id, "acceptance"] if task_id in self.tasks:
                task = self.tasks[task_id]
                task["status"] = "accepted"
                task["accepted_by"].append(json.loads(request.body)["pod_identifier"])
                return Reply(task)
            case "POST", ["tasks", task_id, "outcome"] if task_id in self.tasks:
                self.tasks[task_id] |= json.loads(request.body)
                return Reply(self.tasks[task_id])
            case _:
                return None
