"""Logs in small segments, from several threads: `producer.py DIRECTORY THREADS COUNT KIBIBYTES`.

Each of the threads logs COUNT times; a segment is left at so many KIBIBYTES. What is logged is of many
lengths: events, texts with all that JSON escapes, exceptions, and now and then a line of some hundred
thousand bytes. Prints the emitter and how many it has logged.
"""

import sys
from pathlib import Path
from threading import Thread
from time import sleep

from telemetry_events import (
    BatchProgressEvent,
    JournalHandler,
    setup_telemetry,
    telemetry_context,
    telemetry_logger,
)
from telemetry_events.journal import writer

ODD = 'ä€😀\n\r\t"\\\u2028\x00\x7f </script> \ud800'


def log(thread: int, count: int) -> None:
    """Log so many times."""
    for number in range(count):
        if number % 50 == 7:
            telemetry_logger.warning("%d %s", number, ODD * (number % 13))
        elif number % 50 == 23:
            try:
                raise ValueError(ODD)
            except ValueError:
                telemetry_logger.exception(BatchProgressEvent(f"thread-{thread}", batch_number=number))
        elif number % 1000 == 500:
            # What tells it from others stands at its beginning: docs/opentelemetry.md, fingerprint_size.
            telemetry_logger.error("%d of thread %d: %s", number, thread, "x" * 300_000)
        else:
            with telemetry_context(task_id=f"{thread}-{ODD}-{'t' * (number % 97)}"):
                telemetry_logger.info(BatchProgressEvent(f"thread-{thread}", batch_number=number))
        if number % 100 == 0:
            sleep(0.01)  # as programs do; the readers have a part of each second, too


def main(directory: Path, threads: int, count: int, kibibytes: int) -> None:
    """Set up, log, and print who did."""
    writer.SEGMENT_BYTES = kibibytes * 1024
    setup_telemetry(service="producer", directory=directory, env="prod", version="1.4.2", ship="never")
    started = [Thread(target=log, args=(number, count)) for number in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    (handler,) = telemetry_logger.handlers
    assert isinstance(handler, JournalHandler)
    print(handler.recorder.emitter, threads * count)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
