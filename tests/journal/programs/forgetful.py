"""Two handlers as they are common, which both lose what they have accepted when the process is killed."""

import logging
import os
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from telemetry_events.record import Circumstances, Recorder, Source


class Forgetful(logging.Handler):
    """Makes the lines that a journal would have, with numbers of its own, and has `keep` write them."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        source = Source(service="forgetful", hostname="here", ddsource="forgetful", ddtags="")
        self.recorder = Recorder(source, None)
        folder = directory / f"forgetful-{os.getpid()}-{self.recorder.emitter}"
        folder.mkdir(parents=True)
        self.path = folder / "00000001.jsonl"
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event. The lock of logging's is held."""
        parts = self.recorder.event_of(record.msg, record.levelno, Circumstances.here())
        self.count += 1
        parts[1] = b"%d" % self.count
        self.keep(b"".join(parts))

    def keep(self, line: bytes) -> None:
        """Accept a line."""
        raise NotImplementedError


class BufferedHandler(Forgetful):
    """Writes to a file object, as logging.FileHandler would without its flush."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.file = self.path.open("wb", buffering=65536)

    def keep(self, line: bytes) -> None:
        """Put a line into the file object's buffer."""
        self.file.write(line)


class QueueThreadHandler(Forgetful):
    """Hands each line to a thread, as QueueHandler and QueueListener do."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.queue: SimpleQueue[bytes] = SimpleQueue()
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        Thread(target=self.write_all, daemon=True).start()

    def keep(self, line: bytes) -> None:
        """Put a line into the queue."""
        self.queue.put(line)

    def write_all(self) -> None:
        """Write what is in the queue, for ever."""
        while True:
            os.write(self.fd, self.queue.get())
