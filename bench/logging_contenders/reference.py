"""What is documented of today's practice: a dataclass, as JSON, in a log item of Datadog's API client."""

import dataclasses
import json
import logging
import sys
from dataclasses import dataclass, field
from logging.handlers import MemoryHandler
from pathlib import Path
from typing import Any

from datadog_api_client.v2.model.http_log_item import HTTPLogItem

from logging_contenders import Contender
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS, of_events

# What one request to the intake may hold.
CAPACITY = 1000


@dataclass
class BatchProgressEvent:
    """A batch begins."""

    protocol_name: str
    batch_number: int
    event: str = field(default="batch_progress", init=False)


@dataclass
class TaskAcceptedEvent:
    """A task begins."""

    task_id: str
    pod_name: str
    modeller_username: str
    datasource_type: str
    app_version: str
    datetime: str
    event: str = field(default="task_accepted", init=False)


@dataclass
class TrialFilterSummaryEvent:
    """A filter has run."""

    step: str
    filter_name: str
    rows_matched: int
    rows_failed: int
    rows_missing: int = 0
    matching_column_count: int | None = None
    missing_columns: list[str] | None = None
    event: str = field(default="trial_filter_summary", init=False)


class _Handler(MemoryHandler):
    """Keeps the items that are to be sent, and counts their bytes; sending costs nothing here."""

    def __init__(self) -> None:
        self.bytes = self.sent = 0
        super().__init__(CAPACITY, flushLevel=logging.CRITICAL)

    def emit(self, record: logging.LogRecord) -> None:
        event: Any = record.msg
        text = json.dumps(dataclasses.asdict(event), default=str)
        item: Any = HTTPLogItem(
            ddsource=SERVICE, ddtags=TAGS, hostname=HOSTNAME, message=text, service=SERVICE
        )
        self.bytes += len(json.dumps(item.to_dict()))
        self.buffer.append(item)
        if len(self.buffer) >= self.capacity:
            self.flush()

    def flush(self) -> None:
        self.acquire()
        try:
            self.sent += len(self.buffer)
            self.buffer.clear()
        finally:
            self.release()


def contender(_folder: Path) -> Contender:
    """Return the calls of a logger that has this handler only."""
    handler = _Handler()
    logger = logging.Logger(SERVICE, logging.INFO)
    logger.addHandler(handler)

    def finish() -> int:
        handler.close()
        return handler.sent

    return Contender(of_events(logger, sys.modules[__name__]), finish)
