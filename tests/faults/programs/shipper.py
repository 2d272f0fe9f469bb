"""Delivers what dead processes have left, until it is killed: `shipper.py DIRECTORY URL [all | CALL NUMBER]`.

With `all` it takes folders of living processes too. With a CALL of the operating system, such as `unlink`, or
`rename:.cursor` for those of paths with that ending, it kills itself right before the one of that NUMBER.
"""

import os
import signal
import sys
from pathlib import Path
from time import sleep
from typing import Any

from telemetry_events.delivery import Intake, Pace, Shipper

directory, url, *point = sys.argv[1:]
pace = Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.05, deadline=30.0)
adopts: Any = "all" if point[:1] == ["all"] else "dead"
shipper = Shipper(Path(directory), Intake.find(url=url, api_key="k" * 32), adopts=adopts, pace=pace)


def die_at(call: str, number: int) -> None:
    """Be killed in place of the so-many-th call."""
    call, _, ending = call.partition(":")
    real, left = getattr(os, call), [number]

    def dying(*arguments: Any, **options: Any) -> Any:
        left[0] -= str(arguments[0]).endswith(ending)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)

    setattr(os, call, dying)


if len(point) == 2:
    die_at(point[0], int(point[1]))
print("ready", flush=True)
while True:
    shipper.deliver()
    sleep(shipper.wait)
