"""The example in examples/dicom_pod as a user runs it, and what it leaves."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
from conftest import ROOT

Headers = list[pydicom.Dataset]
Patients = dict[str, Any]

EXAMPLE = ROOT / "examples" / "dicom_pod"


@dataclass(frozen=True)
class Demo:
    """A run of the example, and the lines that its folder's journal has afterwards."""

    folder: Path
    status: int
    stdout: str
    stderr: str
    journal: bytes
    lines: list[dict[str, Any]]

    def of(self, event: str, task: str | None = None) -> list[dict[str, Any]]:
        """Return the records of a type of event, of all tasks or of one."""
        events = [line for line in self.lines if line.get("event") == event]
        return [line for line in events if task in {None, line.get("task_id")}]

    def all_of(self, event: str, member: str, task: str | None = None) -> list[Any]:
        """Return a member of each of these records that has it."""
        return [line[member] for line in self.of(event, task) if member in line]


def run(folder: Path, *command: str) -> Demo:
    """Run the example in a folder, with every warning of Python an error."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DD_", "TELEMETRY_"))}
    env |= {"PYTHONPATH": str(EXAMPLE.parent), "HOME": str(folder), "DD_HOSTNAME": "pod"}
    python = [sys.executable, "-W", "error", "-B", *command]
    done = subprocess.run(python, cwd=folder, env=env, capture_output=True, text=True, timeout=30)
    journal = b"".join(each.read_bytes() for each in sorted((folder / "journal").glob("*/*.jsonl")))
    lines = [json.loads(line) for line in journal.split(b"\n")[:-1]]
    return Demo(folder, done.returncode, done.stdout, done.stderr, journal, lines)
