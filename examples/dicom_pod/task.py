"""A task, as a modeller asks for it and the hub passes it on."""

from dataclasses import dataclass
from typing import Any, Self

__all__ = ["Task"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Pixel statistics and eligible patients over the files of some modalities."""

    task_id: str = ""
    project_id: str
    modeller_username: str
    modalities: tuple[str, ...]
    batch_size: int
    strict: bool

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        """Return the task that the hub describes."""
        return cls(
            task_id=body["task_id"],
            project_id=body["project_id"],
            modeller_username=body["modeller_username"],
            modalities=tuple(body["modalities"]),
            batch_size=body["batch_size"],
            strict=body["strict"],
        )
