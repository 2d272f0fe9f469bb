"""Makes journals for the tests, of events that count."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from telemetry_events import BatchProgressEvent
from telemetry_events.journal import Journal, PowerJournal
from telemetry_events.record import Recorder, Source

__all__ = ["Writer", "fill_segment", "make_journal", "no_keeper", "open_files", "open_segment"]

SOURCE = Source(service="tests", hostname="here", ddsource="tests", ddtags="")
INFO = 20


class Writer:
    """Appends counted events to a journal, and remembers which of them it accepted."""

    def __init__(self, journal: Journal, recorder: Recorder) -> None:
        self.journal = journal
        self.recorder = recorder
        self.accepted: list[tuple[str, int]] = []
        self.refused: list[tuple[str, int]] = []
        self._counts: dict[str, int] = {}

    def append(self, name: str = "main", count: int = 1) -> None:
        """Append events, and note what becomes of each."""
        for _ in range(count):
            number = self._counts[name] = self._counts.get(name, 0) + 1
            line = self.journal.append(self.recorder.event(BatchProgressEvent(name, number), INFO))
            (self.accepted if line else self.refused).append((name, number))


def make_journal(directory: Path, *, power: bool = False, **options: Any) -> Writer:
    """Make a journal, and what appends to it."""
    recorder = Recorder(SOURCE, None)
    return Writer((PowerJournal if power else Journal)(recorder, directory, **options), recorder)


def fill_segment(writer: Writer) -> None:
    """Have the open segment be full with the next line."""
    inside = writer.journal._writer
    inside.room = min(inside.room, 1)


def open_segment(writer: Writer) -> int | None:
    """Return the number of the open segment, if there is one."""
    segments = writer.journal._writer.segments
    return segments.number if segments.fd >= 0 else None


def open_files(directory: Path) -> list[str]:
    """Return the names of the files below a directory that this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of the listing itself
            if (path := descriptor.readlink()).is_relative_to(directory):
                found.append(path.name)
    return sorted(found)


def no_keeper(monkeypatch: pytest.MonkeyPatch) -> Callable[[Writer], None]:
    """Have the journals' threads wait for ever. Returns what does their work, once."""
    monkeypatch.setattr("telemetry_events.journal.keeper.INTERVAL", 1e6)
    return lambda writer: writer.journal._tick()
