"""Delivers what is left when a fault is over, and looks at what there is then."""

import os
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from faults.journals import KEY, PACE
from faults.judge import Verdict, judge
from faults.oracle import Identity, Oracle

from telemetry_events.delivery import Counters, Intake, Shipper

__all__ = ["finish", "folders", "has_segments", "inherit"]

_PATIENCE_SECONDS = 10


def folders(directory: Path) -> list[Path]:
    """Return the folders of emitters."""
    return [path for path in directory.iterdir() if path.is_dir() and path.name != "quarantine"]


def has_segments(directory: Path) -> bool:
    """Tell whether there is a segment, while others deliver."""
    try:
        return any(directory.glob("*/[0-9]*.jsonl"))
    except FileNotFoundError:  # a folder that has just gone
        return True


def inherit(directory: Path, url: str) -> Counters:
    """Deliver all that dead processes have left, and return what was counted meanwhile.

    All folders age by an hour first: a crash may leave one that looks as if it were in the making.
    """
    for folder in folders(directory):
        os.utime(folder, (0, folder.stat().st_mtime - 3600))
    pace = replace(PACE, adopt=0.0)
    shipper = Shipper(directory, Intake.find(url=url, api_key=KEY), pace=pace)
    end = monotonic() + _PATIENCE_SECONDS
    while not shipper.deliver() or any(folder.name != "foreign" for folder in folders(directory)):
        assert monotonic() < end, f"left: {folders(directory)}, {shipper.counters}"
        sleep(shipper.wait)
    shipper.close()
    return shipper.counters


def finish(
    accepted: dict[Identity, bytes], oracle: Oracle, directory: Path, *, in_flight: int = 0, crashes: int = 0
) -> Verdict:
    """Deliver what is left, and hold the laws: all is at the oracle, nothing waits, and no folder is left.

    Each of the `crashes` may have had up to a batch of 1000 sent twice. Where nothing crashed, nothing was.
    """
    if directory.exists():
        inherit(directory, oracle.url)
        assert not folders(directory)
    verdict = judge(accepted, oracle, directory, in_flight=in_flight).hold()
    assert verdict.waiting == 0
    assert verdict.quarantined == 0
    assert verdict.duplicates <= 1000 * crashes
    return verdict
