"""Files grouped by patient and study, and batches of whole groups."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dicom_pod.dataset import Record

__all__ = ["Batch", "Grouping", "batches"]

Group = list[Record]


class Grouping:
    """Groups the files of each task, and remembers to which group a file belongs."""

    def __init__(self) -> None:
        self._cache: dict[Path, tuple[str, str]] = {}

    def group(self, records: Iterable[Record]) -> tuple[list[Group], int]:
        """Return the groups, and the number of files whose group was remembered from an earlier task."""
        groups: defaultdict[tuple[str, str], Group] = defaultdict(list)
        cached = 0
        for record in records:
            cached += record.path in self._cache
            key = self._cache.setdefault(record.path, (record.patient_id, record.study_uid))
            groups[key].append(record)
        return list(groups.values()), cached


@dataclass
class Batch:
    """The records of whole groups, to be worked on together."""

    records: list[Record] = field(default_factory=list[Record], repr=False)
    group_count: int = 0

    def add(self, group: Group) -> None:
        """Take in a group."""
        self.records += group
        self.group_count += 1


def batches(groups: Iterable[Group], size: int) -> list[Batch]:
    """Return batches of up to `size` records, in the groups' order; a larger group has one to itself."""
    made = [Batch()]
    for group in groups:
        if made[-1].records and len(made[-1].records) + len(group) > size:
            made.append(Batch())
        made[-1].add(group)
    return [batch for batch in made if batch.records]
