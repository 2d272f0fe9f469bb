"""Logs events flat out, and notes each line outside of this process once its call has returned.

`producer.py DIRECTORY NOTES URL THREADS COUNT [SHIP]`. It says each thread's name when that has logged, and
with a COUNT of events for each thread it delivers them and ends.
"""

import sys
import threading

from noting import log, set_up

directory, notes, url, threads, count, *ship = sys.argv[1:]
handler = set_up(directory, notes, url, "none" if ship == ["none"] else "thread")


def produce(name: str) -> None:
    """Log, for ever or a number of events."""
    log(name, 1)
    print(name, flush=True)
    log(name, int(count) - 1 if int(count) else sys.maxsize)


workers = [
    threading.Thread(target=produce, args=(f"thread-{each}",), daemon=True) for each in range(int(threads))
]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
if not ship:
    sys.exit(0 if handler.settle(10) else 1)
