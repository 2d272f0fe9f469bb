"""Logs from greenlets where gevent has patched everything: `greenlets.py DIRECTORY NOTES URL SHIP COUNT`."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

import gevent  # noqa: E402
from noting import log, set_up  # noqa: E402

directory, notes, url, ship, count = sys.argv[1:]
handler = set_up(directory, notes, url, "none" if ship == "none" else "thread")
ticks = []


def work(number: int) -> None:
    """Log, and let others run."""
    for _ in range(3):
        log(f"greenlet-{number}", 1)
        gevent.sleep(0)


def tick() -> None:
    """Count as long as greenlets are run."""
    while True:
        ticks.append(1)
        gevent.sleep(0.01)


ticking = gevent.spawn(tick)
gevent.joinall([gevent.spawn(work, number) for number in range(int(count))])
gevent.sleep(0.3)
print("ticking" if len(ticks) > 5 else "parked", flush=True)
sys.exit(0 if handler.settle(10) else 1)
