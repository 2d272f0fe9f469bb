"""What the journal holds after a run, read back from its files and printed for a terminal."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_report", "records"]

Line = dict[str, Any]

WIDTH = 80
COLUMNS = {"time": 12, "status": 6, "event": 23, "of which": 34}
STYLES = {"warn": "yellow", "error": "bold red"}

# What is told of each event. An event whose steps differ has a line for each of them.
TELLING = {
    "algorithm_progress": "{algorithm_name} {step}",
    "algorithm_progress/epoch_start": "{algorithm_name} {step} {current_epoch}/{max_epochs}",
    "algorithm_progress/epoch_end": "{algorithm_name} {step} {current_epoch}/{max_epochs}",
    "batch_progress": "{protocol_name} batch {batch_number}",
    "dataset_connected": "{dataset_name}, {datasource_type}",
    "ehr_query_complete": "{records_found} of {patients_queried} patients found",
    "ehr_session_initialised": "{config_type}",
    "ehr_token_refreshed": "{config_type}",
    "execution_time": "{class_name}.{function} {duration_seconds:.3f} s",
    "filtering_complete": "{files_selected} of {total_files} files",
    "grouping_summary/group": "files {selected_files}, groups {group_count}, cached {cached_files}",
    "grouping_summary/batch": "files {selected_files}, groups {group_count}, size {batch_size}",
    "missing_column": "{column_name} in {file_name}",
    "patient_eligibility": "{eligible_count} eligible for {project_id}",
    "schema_generation_start": "{dataset_id}",
    "schema_generation_end": "{dataset_id}",
    "schema_upload_success": "{number_of_records} records of {dataset_id}",
    "task_accepted": "{task_id} by {pod_name}",
    "task_accepted_by_pod": "{task_id} by {pod_identifier}",
    "task_complete": "{task_id}",
    "task_error": "{task_id}: {error_type}",
    "trial_filter_summary": "{filter_name} {rows_matched} yes {rows_failed} no {rows_missing} unknown",
}


def records(journal: Path) -> list[Line]:
    """Return the records of an emitter's folder, in their order."""
    segments = sorted(journal.glob("*.jsonl"))
    return [json.loads(line) for segment in segments for line in segment.read_text().splitlines()]


def print_report(journal: Path, shown: Path) -> None:
    """Print the events of a journal in their order, their numbers, and where to look further."""
    console = Console(width=WIDTH, highlight=False)
    lines = records(journal)
    console.print(f"A pod ran two tasks, and its journal holds {len(lines)} records:")
    console.print(_events(lines), _counts(lines))
    console.print(f"The journal is in {shown}. To look further:", soft_wrap=True)
    for command in ("tail --no-follow", "validate"):
        console.print(f"  {_program()} {command} {shown}", soft_wrap=True)


def _program() -> str:
    """Return how the command line tool of this environment is called from here."""
    tool = Path(sys.executable).with_name("telemetry-events")
    return str(tool.relative_to(Path.cwd())) if tool.is_relative_to(Path.cwd()) else tool.name


def _events(lines: Iterable[Line]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for name, width in COLUMNS.items():
        table.add_column(name, width=width, no_wrap=True, overflow="ellipsis")
    for line in lines:
        style = STYLES.get(line["status"], "")
        name = line.get("event") or _class_name(line["error"]["kind"] if "error" in line else "")
        table.add_row(line["timestamp"][11:23], line["status"], name, Text(_telling(line)), style=style)
    return table


def _telling(line: Line) -> str:
    """Return the members that tell most of an event, or the text of a plain message."""
    if "event" not in line:
        return str(line["message"])
    event = line["event"]
    if line.get("missing_columns"):
        return f"{line['filter_name']}: no {', '.join(line['missing_columns'])}"
    telling = TELLING.get(f"{event}/{line.get('step')}") or TELLING.get(event, "")
    told = telling.format_map(line | {"error_type": _class_name(line.get("error_type", ""))})
    return told.removeprefix(".")  # of a function without a class


def _class_name(kind: str) -> str:
    """Return a class without the name of its module."""
    return kind.rpartition(".")[2]


def _counts(lines: Iterable[Line]) -> Table:
    """Return how many events of each type there are, in two columns."""
    counts = sorted(Counter(line.get("event", "plain messages") for line in lines).items())
    half = (len(counts) + 1) // 2
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for _ in range(2):
        table.add_column("event", width=COLUMNS["event"])
        table.add_column("count", justify="right", width=11)
    for left, right in zip(counts[:half], [*counts[half:], ("", "")], strict=False):
        table.add_row(left[0], str(left[1]), right[0], str(right[1]))
    return table
