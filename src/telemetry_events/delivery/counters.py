"""What a shipper has done so far, for the program to ask and for `telemetry-events status` to show."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, time

import orjson

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery.small_file import replace_file

__all__ = ["Counters", "Ledger"]

_INTERVAL = 1.0
_DAY = 86400.0
_NAME = re.compile(r"shipper-[0-9]+-[0-9]+\.json(-new)?")


@dataclass
class Counters:
    """Counts since a shipper began.

    `accepted` records are on disk, of the shipper's own process, and `refused` ones found no room there.
    `delivered` ones have got a 202, in bodies of `bytes` together, before compression. `retried` ones were
    to be sent again, a record that was sent three times counting twice. `quarantined` ones were set aside.
    `torn` is the number of segments that ended in half a line. `waiting` bytes are still to be delivered, the
    oldest for `lag` seconds. `state` is `delivering`, or why not.
    """

    accepted: int = 0
    refused: int = 0
    delivered: int = 0
    retried: int = 0
    quarantined: int = 0
    torn: int = 0
    requests: int = 0
    bytes: int = 0
    waiting: int = 0
    lag: float = 0.0
    state: str = "delivering"
    delivered_at: str = ""

    def delivered_now(self, count: int) -> None:
        """Count records that were delivered."""
        self.delivered += count
        self.delivered_at = rfc3339(now_ms())
        self.state = "delivering"


class Ledger:
    """Keeps a shipper's counters in a file of its own, `shipper-<pid>-<start>.json`."""

    def __init__(self, directory: Path, intake: str) -> None:
        self._about = {"pid": os.getpid(), "intake": intake, "started_at": rfc3339(now_ms())}
        self._path = directory / f"shipper-{os.getpid()}-{now_ms()}.json"
        self._next = 0.0

    def write(self, counted: Callable[[], Counters], at_once: bool = False) -> None:
        """Write the counters, once a second at the most. `at_once` are those that a shipper ends with."""
        if not at_once and monotonic() < self._next:
            return
        if not self._next:
            _forget_old(self._path.parent)
        self._next = monotonic() + _INTERVAL
        found = {
            **self._about,
            "updated_at": rfc3339(now_ms()),
            "is_closed": at_once,
            **asdict(counted()),
        }
        with suppress(OSError):
            replace_file(self._path, self._path.with_suffix(".json-new"), orjson.dumps(found) + b"\n")


def _forget_old(directory: Path) -> None:
    """Delete what shippers have left that wrote for the last time more than a day ago."""
    with suppress(OSError):
        for path in directory.glob("shipper-*.json*"):
            if _NAME.fullmatch(path.name) and time() - path.lstat().st_mtime > _DAY:
                path.unlink()
