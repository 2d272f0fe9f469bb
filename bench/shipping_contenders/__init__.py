"""Each way of sending records in a module of its own, which only the process that times it imports."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

# Sends what is ready, and returns the number of records once all of them were accepted.
Ship = Callable[[], int]
# Gets the first so many records of a journal ready to be sent. What it makes of them it may keep in a folder.
Contender = Callable[[Path, int, Path], Ship]

KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Entry:
    """A contender: its name in the table, its module, how it is used, and what part of the records it gets.

    One that is slow gets fewer, so that no turn is long.
    """

    shown: str
    module: str
    how: str = ""
    part: float = 1.0


OURS, OFFICIAL, SINGLY = "gzip", "official", "official_singly"

ENTRIES = {
    OURS: Entry("telemetry-events, gzip", "ours", "gzip"),
    "zstd": Entry("telemetry-events, zstd", "ours", "zstd"),
    "none": Entry("telemetry-events, no compression", "ours", "none"),
    OFFICIAL: Entry("datadog-api-client, 1000 a call", "official", "1000", 0.1),
    SINGLY: Entry("datadog-api-client, 1 a call", "official", "1", 0.005),
    "async": Entry("datadog-async-handler, by 1000", "async_handler", "1000", 0.1),
    "async_default": Entry("datadog-async-handler, as it comes", "async_handler", "10", 0.02),
}


def contend(name: str, url: str) -> Contender:
    """Set up a contender that sends to the intake at a URL."""
    entry = ENTRIES[name]
    module = import_module(f"{__name__}.{entry.module}")
    return cast("Contender", module.contender(url, entry.how))
