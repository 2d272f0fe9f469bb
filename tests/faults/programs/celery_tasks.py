"""An application of Celery's whose tasks log an event each, set up in the process that forks the workers.

As a program it sends tasks: `celery_tasks.py COUNT`. The broker is a directory.
"""

import os
import sys
from pathlib import Path
from time import sleep

from celery import Celery
from noting import log, set_up

messages = Path(os.environ["MESSAGES"])
folders = {f"data_folder_{way}": str(messages / "waiting") for way in ("in", "out")}
application = Celery("celery_tasks", broker="filesystem://")
application.conf.broker_transport_options = {
    **folders,
    "control_folder": str(messages / "control"),
    "polling_interval": 0.05,
}


@application.task(name="work")
def work(number: int) -> None:
    """Log, and take long enough for the other worker to take the next one."""
    sleep(0.02)
    log(f"task-{number}", 1)


if __name__ == "__main__":
    for each in range(int(sys.argv[1])):
        work.delay(each)
else:
    set_up(os.environ["JOURNALS"], os.environ["NOTES"], os.environ["URL"])
    log("master", 1)
