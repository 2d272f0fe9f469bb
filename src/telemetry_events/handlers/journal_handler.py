"""The handler that turns log records into lines of a journal."""

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from telemetry_events.errors import TelemetryError
from telemetry_events.handlers.record_handler import RecordHandler
from telemetry_events.journal import Journal, PowerJournal
from telemetry_events.journal.folder import make_private
from telemetry_events.record import Parts, Recorder
from telemetry_events.redaction import RedactionKey
from telemetry_events.settings import Durability, Tags, resolve

__all__ = ["JournalHandler"]


class JournalHandler(RecordHandler):
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
        super().__init__(Recorder(settings.source, settings.key), settings.strict)
        self.journal = self._new_journal()

    def _new_journal(self) -> Journal:
        return self._journal_of()

    def _journal_of(self, **options: Any) -> Journal:
        settings = self.settings
        return (PowerJournal if settings.durability == "power" else Journal)(
            self.recorder,
            settings.directory,
            capacity_bytes=settings.capacity_bytes,
            **options,
        )

    def append(self, parts: Parts) -> bytes:
        """Write a record. Returns its line, or nothing if it was refused."""
        return self.journal.append(parts)

    def flush(self) -> None:
        """Have all that was written survive the end of the machine."""
        self.journal.flush()

    def settle(self, timeout: float) -> bool:  # noqa: ARG002 (a disk is waited for, whatever it takes)
        """Flush, and return whether no record is missing or in danger."""
        return self.journal.flush()

    def is_like(self, other: logging.Handler) -> bool:
        """Tell whether another handler does the same."""
        return type(other) is type(self) and other.settings == self.settings

    def close(self) -> None:
        """Flush, and leave the open segment. A later record opens another."""
        self.journal.close()
        super().close()


def _probe(directory: Path) -> None:
    """Find out now, and not at the first event, whether a folder can be made in a directory."""
    try:
        make_private(directory)
        Path(tempfile.mkdtemp(prefix=".probe-", dir=directory)).rmdir()
    except OSError as error:
        raise TelemetryError(f"directory: {directory}: {error.strerror}") from None
    except ValueError:
        raise TelemetryError("directory: a name that no file can have") from None
