"""Logs, and has a child of which Python knows nothing: `survived_by_a_child.py DIRECTORY NOTES URL LOCK`.

A library in C may fork like that. The child lives until its standard input ends. LOCK, `lockf` or `flock`, is
what journals and shippers lock with.
"""

import ctypes
import fcntl
import os
import sys

if sys.argv[4] == "flock":
    fcntl.lockf = fcntl.flock  # type: ignore[assignment]

from noting import log, set_up

handler = set_up(*sys.argv[1:4], "none")  # type: ignore[arg-type]
log("owner")
if not ctypes.PyDLL(None).fork():
    os.read(0, 1)
    os._exit(0)
print("forked", flush=True)
os.read(0, 1)
