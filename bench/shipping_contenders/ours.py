"""This library: the shipper reads what a process has left in its journal, sends it, and deletes it."""

import shutil
from pathlib import Path
from typing import cast

from shipping_contenders import KEY, Contender, Ship
from telemetry_events.delivery import Compression, Intake, Shipper


def contender(url: str, compression: str) -> Contender:
    """Return what gets a copy of a whole journal ready."""

    def prepare(journal: Path, count: int, folder: Path) -> Ship:
        directory = folder / "journal"
        shutil.copytree(journal, directory)
        intake = Intake.find(url=url, api_key=KEY, compression=cast("Compression", compression))
        shipper = Shipper(directory, intake)

        def ship() -> int:
            while shipper.counters.delivered < count and shipper.deliver():
                pass
            shipper.close()
            left = list(directory.glob("*/*.jsonl"))
            shutil.rmtree(directory)
            return 0 if left else shipper.counters.delivered

        return ship

    return prepare
