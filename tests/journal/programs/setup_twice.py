"""Sets up while it is setting up: `setup_twice.py DIRECTORY HOW`.

The tags of a set-up may be any iterable. These stop midway, where a child is forked or a signal comes.
"""

import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from threading import Event, Thread

from telemetry_events import BatchProgressEvent, setup_telemetry, shutdown_telemetry, telemetry_logger

directory, how = sys.argv[1:3]
faulthandler.register(signal.SIGALRM, chain=True)
signal.alarm(5)
inside, on = Event(), Event()


def stopping() -> Iterator[str]:
    """Yield a tag, but first let something else happen."""
    inside.set()
    if how == "fork":
        on.wait()
    else:
        signal.raise_signal(signal.SIGTERM)
    yield "team:red"


def on_term(_number: int, _frame: object) -> None:
    """Log and shut down, as handlers of SIGTERM do."""
    telemetry_logger.info(BatchProgressEvent("handler", 1))
    shutdown_telemetry()


if how == "fork":
    thread = Thread(target=setup_telemetry, kwargs={"directory": directory, "tags": stopping()})
    thread.start()
    inside.wait()
    pid = os.fork()
    if not pid:
        signal.alarm(5)
        setup_telemetry(service="child", directory=directory)
        telemetry_logger.info(BatchProgressEvent("child", 1))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    on.set()
    thread.join()
    sys.exit(status != 0)
setup_telemetry(service="first", directory=directory)
signal.signal(signal.SIGTERM, on_term)
setup_telemetry(service="second", directory=directory, tags=stopping())
