"""The handlers of log records: each makes a record, and gives it to what takes records."""

from telemetry_events.handlers.call import CALL, Call, call_of
from telemetry_events.handlers.datadog import DatadogLogsHandler
from telemetry_events.handlers.journal_handler import JournalHandler
from telemetry_events.handlers.record_handler import RecordHandler

# To these an event may go past logging's own record. What is derived from one may do otherwise, and is none.
DIRECT: set[type] = {JournalHandler, DatadogLogsHandler}

__all__ = ["CALL", "DIRECT", "Call", "DatadogLogsHandler", "JournalHandler", "RecordHandler", "call_of"]
