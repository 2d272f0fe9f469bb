"""Logs from 8 threads on a disk that may be slow: `slow_disk.py DIRECTORY NOTES URL DURABILITY COUNT`.

Each logs so many events, and so many more until the journal was synced three times meanwhile. It says how
many were logged in all. For each number of seconds that it reads it flushes, and says whether all is
delivered, and how many were refused.
"""

import sys
from threading import Event, Thread
from time import sleep

from noting import log, set_up

from telemetry_events import flush_telemetry

directory, notes, url, durability, count = sys.argv[1:]
handler = set_up(directory, notes, url, durability=durability, capacity_bytes=2**20)
is_over = Event()
logged: list[int] = []


def produce(name: str) -> None:
    """Log, with others, until it is over."""
    is_last = False
    while not is_last:
        is_last = is_over.is_set()
        log(name, int(count))
        logged.append(int(count))
        sleep(0.05)


threads = [Thread(target=produce, args=(f"thread-{each}",)) for each in range(8)]
for thread in threads:
    thread.start()
for _ in range(3):
    flush_telemetry(0)
is_over.set()
for thread in threads:
    thread.join()
print(sum(logged), flush=True)
for line in sys.stdin:
    print(flush_telemetry(float(line)), handler.counters.refused, flush=True)
