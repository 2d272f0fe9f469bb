"""Delivers like `shipper.py`, with a design that was not chosen: `wrong_shipper.py DIRECTORY URL HOW`.

`cursor-first` notes a batch before it is accepted; `drop-401` takes a refused key for the end of the records;
`flock` has the other kind of lock. `right` does as the project does.
"""

import fcntl
import sys
from pathlib import Path
from time import sleep

from telemetry_events.delivery import Intake, Pace, Shipper, intake
from telemetry_events.delivery.batch import Batch
from telemetry_events.delivery.intake import Answer
from telemetry_events.delivery.outcome import Outcome, outcome_of

directory, url, how = sys.argv[1:]
if how == "flock":
    fcntl.lockf = fcntl.flock  # type: ignore[assignment]
if how == "drop-401":
    intake.outcome_of = lambda status: Outcome.DELIVERED if status == 401 else outcome_of(status)


class CursorFirst(Shipper):
    """Notes that a batch was delivered, and then delivers it."""

    def _post(self, batch: Batch) -> Answer:
        batch.advance()
        return super()._post(batch)


shipper = (CursorFirst if how == "cursor-first" else Shipper)(
    Path(directory),
    Intake.find(url=url, api_key="k" * 32),
    pace=Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.05, deadline=5.0),
)
print("ready", flush=True)
while True:
    shipper.deliver()
    sleep(shipper.wait)
