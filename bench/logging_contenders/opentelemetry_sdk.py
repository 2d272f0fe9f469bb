"""OpenTelemetry's SDK behind the standard library's logger: batches, and an exporter that only counts.

The queue has the SDK's own size, 2048. When it is full, the oldest record is lost, and the call says nothing.
"""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler, ReadableLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExporter,
    LogRecordExportResult,
)
from opentelemetry.sdk.resources import Resource

from logging_contenders import Contender
from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_extra


class _Counter(LogRecordExporter):
    """Takes the records, and does nothing with them."""

    def __init__(self) -> None:
        self.records = 0

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        self.records += len(batch)
        return LogRecordExportResult.SUCCESS

    def shutdown(self) -> None:
        pass

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return timeout_millis >= 0


def contender(_folder: Path) -> Contender:
    """Return the calls that pass the fields as `extra`, which the SDK makes attributes of."""
    # It warns of what it loses, in a log of its own.
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    exporter = _Counter()
    resource = Resource.create(
        {
            "service.name": SERVICE,
            "service.version": VERSION,
            "host.name": HOSTNAME,
            "deployment.environment.name": ENV,
        }
    )
    provider = LoggerProvider(resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = logging.Logger(SERVICE, logging.INFO)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        logger.addHandler(LoggingHandler(logger_provider=provider))

    def finish() -> int:
        provider.shutdown()
        return exporter.records

    return Contender(of_extra(logger), finish, provider.force_flush)
