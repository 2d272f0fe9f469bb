"""Forks while another thread is within a call, and says what becomes of the child: `hangs` or `logs`.

`fork_within_a_call.py DIRECTORY NOTES URL HOW`: with HOW `unreset` the child is not told that it is one.
"""

import os
import signal
import sys
from threading import Event, Thread, current_thread, main_thread
from time import sleep
from typing import Any

from noting import log, set_up

from telemetry_events.journal import lifetime

# A child that has not logged by then waits for ever; and meanwhile the parent's thread waits within its call.
SECONDS = 2
handler = set_up(*sys.argv[1:4], "none")  # type: ignore[arg-type]
log("parent")
within = Event()
write = os.write


def waiting(file: int, data: Any) -> int:
    """Write, but not before the fork."""
    if current_thread() is not main_thread():
        within.set()
        sleep(1)
    return write(file, data)


handler.journal._write = waiting  # type: ignore[method-assign]
thread = Thread(target=log, args=("thread",))
thread.start()
within.wait()
if sys.argv[4] == "unreset":
    lifetime._followed.clear()
pid = os.fork()
if not pid:
    signal.alarm(SECONDS)
    log("child")
    os._exit(0)
_, status = os.waitpid(pid, 0)
print({0: "logs", signal.SIGALRM: "hangs"}.get(status, status), flush=True)
thread.join()
