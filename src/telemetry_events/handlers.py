"""The handler that turns log records into lines of a journal."""

import logging
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telemetry_events.alarm import Alarm
from telemetry_events.clock import now_ms
from telemetry_events.context import current_context
from telemetry_events.encoder import type_name_of
from telemetry_events.errors import EncodeError, TelemetryError
from telemetry_events.journal import Journal, PowerJournal
from telemetry_events.message import TelemetryEvent
from telemetry_events.record import Circumstances, Recorder, exception_of, told
from telemetry_events.redaction import RedactionKey
from telemetry_events.settings import Durability, Tags, resolve
from telemetry_events.stack import exception_kind
from telemetry_events.trace import active_trace

__all__ = ["CALL", "Call", "JournalHandler", "call_of"]

# The attribute of a log record that holds the call it was made by. It goes through queues and pickles,
# where the record's own message becomes a text.
CALL = "telemetry_events_call"
# How Python begins to tell of an exception, or of a group of them.
_TRACEBACK = re.compile(r"\n[ +|]*(?:Exception Group )?Traceback \(most recent call last\):")


@dataclass(frozen=True, slots=True)
class Call:
    """What was logged, and what held at the time."""

    event: TelemetryEvent | None
    circumstances: Circumstances
    # The message of a call that has an exception, and no event.
    text: str | None = None


class JournalHandler(logging.Handler):
    """Writes each log record to a journal as one line, on disk when the call returns.

    Takes the arguments of `setup_telemetry`, and can be named in a `dictConfig`. It never raises into
    the program, and takes no lock of logging's. Raises `TelemetryError` for what cannot be used.
    """

    def __init__(
        self,
        *,
        service: str | None = None,
        env: str | None = None,
        version: str | None = None,
        tags: Tags | None = None,
        hostname: str | None = None,
        ddsource: str | None = None,
        directory: str | os.PathLike[str] | None = None,
        key: RedactionKey | str | None = None,
        durability: Durability = "process",
        capacity_bytes: int = 2**30,
        strict: bool = False,
    ) -> None:
        self.settings = settings = resolve(
            service=service,
            env=env,
            version=version,
            tags=tags,
            hostname=hostname,
            ddsource=ddsource,
            directory=directory,
            key=key,
            durability=durability,
            capacity_bytes=capacity_bytes,
            strict=strict,
        )
        _probe(settings.directory)
        # Not before, for logging keeps what is initialised, and closes it.
        super().__init__()
        self._alarm = Alarm()
        self.recorder = Recorder(settings.source, settings.key)
        kind = PowerJournal if settings.durability == "power" else Journal
        self.journal = kind(self.recorder, settings.directory, capacity_bytes=settings.capacity_bytes)

    def handle(self, record: logging.LogRecord) -> bool:
        """Filter and emit, without the lock that logging's handlers take: the journal has its own."""
        # From Python 3.12, a filter may give another record.
        found: bool | logging.LogRecord = self.filter(record)
        if found:
            self.emit(found if isinstance(found, logging.LogRecord) else record)
        return bool(found)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a log record: its event, or its message as a plain text."""
        call = getattr(record, CALL, None)
        if not isinstance(call, Call):
            call = call_of(record)
        event, then = _what(record, call), call.circumstances
        try:
            if event is not None:
                parts = self.recorder.event_of(event, record.levelno, then)
            else:
                parts = self.recorder.text(_text(record, call), record.levelno, then)
            self.journal.append(parts)
        except Exception as error:
            self.replace(event, error, record.levelno, then)

    def replace(
        self, event: TelemetryEvent | None, error: Exception, level: int, then: Circumstances
    ) -> None:
        """Write the record that stands for what could not be recorded.

        Where that fails too, the alarm has said it.
        Raises the error instead, if that is one of encoding and the handler is strict.
        """
        if self.settings.strict and event is not None and isinstance(error, EncodeError):
            raise error
        try:
            what = "a log record" if event is None else type_name_of(event)
            fault = (
                f"{error.field}: {error.kind}" if isinstance(error, EncodeError) else exception_kind(error)
            )
            self._alarm(f"{what} could not be recorded: {fault}")
            self.journal.append(self.recorder.invalid(event, error, level, then))
        except Exception:  # noqa: S110 (late in the interpreter's end, all but builtins may be gone)
            pass

    def flush(self) -> None:
        """Have all that was written survive the end of the machine."""
        self.journal.flush()

    def close(self) -> None:
        """Flush, and leave the open segment. A later record opens another."""
        self.journal.close()
        super().close()


def call_of(record: logging.LogRecord) -> Call:
    """Return the call that has made a log record, in the circumstances that hold here. Never raises."""
    exception = exception_of(record.exc_info)
    try:
        # Microseconds first: a float of seconds that should be a whole millisecond may lie just below it.
        ms = round(record.created * 1e6) // 1000
    except (TypeError, ValueError, OverflowError):
        ms = now_ms()
    text = None
    if exception is not None and not isinstance(record.msg, TelemetryEvent):
        with suppress(Exception):
            text = record.getMessage()
    return Call(
        record.msg if isinstance(record.msg, TelemetryEvent) else None,
        Circumstances(ms, current_context.get(), active_trace(), told(exception)),
        text,
    )


def _what(record: logging.LogRecord, call: Call) -> TelemetryEvent | None:
    """Return the event of a record: its own, or the one that a queue has made a text of."""
    if isinstance(record.msg, TelemetryEvent):
        return record.msg
    made_a_text = call.event is not None and isinstance(record.msg, str) and repr(call.event) in record.msg
    return call.event if made_a_text else None


def _text(record: logging.LogRecord, call: Call) -> str:
    """Return the message of a record, without what a queue adds to it: the exception, with all that says."""
    text = _TRACEBACK.split(record.getMessage(), 1)[0]
    # Whether another logger's record had an exception, which a queue has put behind its text, nobody can say.
    is_unknown = (
        not hasattr(record, CALL) and record.args is None and vars(record).get("message") is record.msg
    )
    if (call.circumstances.error is None or record.exc_info is not None) and not is_unknown:
        return text
    return call.text if call.text is not None and text.startswith(call.text) else text.partition("\n")[0]


def _probe(directory: Path) -> None:
    """Find out now, and not at the first event, whether a folder can be made in a directory."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(tempfile.mkdtemp(prefix=".probe-", dir=directory)).rmdir()
    except OSError as error:
        raise TelemetryError(f"directory: {directory}: {error.strerror}") from None
    except ValueError:
        raise TelemetryError("directory: a name that no file can have") from None
