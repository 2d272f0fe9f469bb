"""The handlers of log records: each makes a record, and gives it to what takes records."""

from telemetry_events.handlers.call import CALL, Call, call_of
from telemetry_events.handlers.datadog import DatadogLogsHandler
from telemetry_events.handlers.journal_handler import JournalHandler
from telemetry_events.handlers.record_handler import RecordHandler

__all__ = ["CALL", "Call", "DatadogLogsHandler", "JournalHandler", "RecordHandler", "call_of"]
