"""A program of one thread that logs and forks, and hears Python's warnings: `one_thread.py DIRECTORY`."""

import os
import sys
import warnings
from pathlib import Path

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

# Not "error", by which os.fork would only lose its warning.
warnings.simplefilter("always")
setup_telemetry(service="one", directory=Path(sys.argv[1]))
for number in range(1, 101):
    telemetry_logger.info(BatchProgressEvent("parent", number))
    pid = os.fork()
    if not pid:
        telemetry_logger.info(BatchProgressEvent(f"child-{number}", 1))
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
