"""Each way of logging in a module of its own, which only the process that times it imports.

So no contender pays for what another one imports, keeps in memory or runs in a thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from logging_contenders.sites import Sites


@dataclass(frozen=True)
class Contender:
    """A logger that is set up, and the calls that log with it.

    `settle` finishes what the calls left to be done later, so that it is not done in another's turn.
    `finish` closes the logger and returns the number of records that it kept; None where it keeps none.
    """

    sites: Sites
    finish: Callable[[], int | None]
    settle: Callable[[], object] = bool


@dataclass(frozen=True)
class Entry:
    """What the tables say of a contender: its name, where a record is when the call returns, and what else.

    One that `loses` records by design is asked how many; any other must keep all. `threads` says whether
    it is timed with many threads too.
    """

    shown: str
    on_return: str
    survives: str = "no"
    typed: str = "no"
    redacts: str = "no"
    loses: bool = False
    threads: bool = True


OURS, FLOOR, REFERENCE, NOTHING = "ours", "floor", "reference", "nothing"
STRUCTLOG = "structlog_nowhere"

ENTRIES = {
    OURS: Entry("telemetry-events", "in the file", "yes", "yes", "yes"),
    "ours_traced": Entry("telemetry-events, traced", "in the file", "yes", "yes", "yes", threads=False),
    "otlp": Entry("telemetry-events, OTLP", "in memory", typed="yes", redacts="yes", threads=False),
    FLOOR: Entry("floor", "in the file", "yes"),
    "structlog_file": Entry("structlog, to a file", "in the file", "yes"),
    "python_json_logger": Entry("python-json-logger", "in the file", "yes"),
    "loguru_file": Entry("loguru", "in the file", "yes", threads=False),
    STRUCTLOG: Entry("structlog, to nowhere", "nowhere", threads=False),
    REFERENCE: Entry("reference, documented", "in memory", typed="yes"),
    "opentelemetry_sdk": Entry("OpenTelemetry SDK", "in memory", loses=True),
    NOTHING: Entry("nothing", "nowhere"),
}


def contend(name: str, folder: Path) -> Contender:
    """Set up a contender that keeps its files in `folder`, which is there and empty."""
    module = import_module(f"{__name__}.{name}")
    return cast("Contender", module.contender(folder))
