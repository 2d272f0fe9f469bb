"""Kills a program together with all that it has started."""

import os
import signal
import subprocess
from contextlib import suppress

from faults.processes import kill

__all__ = ["kill_family"]


def kill_family(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program that was started with a session of its own, and whatever of its children is left.

    A strace that is killed lets go of its program, and servers of their workers.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    kill(process)
