"""Logs so many events for each number that it reads: `on_demand.py DIRECTORY NOTES URL SHIP`.

When its input ends, it delivers unless SHIP is `none`, and says whether all of it was.
"""

import sys
from dataclasses import replace

from noting import PACE, log, set_up

# With backoffs that last long enough for something to happen within.
pace = replace(PACE, first=1.0, longest=1.0)
directory, notes, url, ship = sys.argv[1:]
handler = set_up(directory, notes, url, "none" if ship == "none" else "thread", pace)
for line in sys.stdin:
    log("on demand", int(line))
    print("logged", flush=True)
print("delivered" if handler.settle(10) else "left", flush=True)
