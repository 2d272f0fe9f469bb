"""An application for gunicorn that logs an event a request, set up in the process that forks the workers."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from noting import log, set_up

set_up(os.environ["JOURNALS"], os.environ["NOTES"], os.environ["URL"], os.environ["SHIP"])  # type: ignore[arg-type]
log("master", 1)


def application(_environment: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Answer with the number of the process."""
    log("worker", 1)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % os.getpid()]
