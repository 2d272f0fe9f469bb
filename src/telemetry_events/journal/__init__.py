"""The journal: records as lines in files that this process alone appends to.

When a call has returned, its record survives the end of the process, whatever ends it. The files
are described in docs/record.md, section 8.
"""

from telemetry_events.journal.journal import Journal
from telemetry_events.journal.power import PowerJournal

__all__ = ["Journal", "PowerJournal"]
