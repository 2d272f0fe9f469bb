"""The schema that this package was built with, as its image ships beside this file."""

from functools import cache
from pathlib import Path

from telemetry_events.schema.image import read_image
from telemetry_events.schema.model import Schema

__all__ = ["shipped_schema"]

# What `buf build proto --exclude-source-info` writes: without comments, as nobody reads them here.
IMAGE = Path(__file__).with_name("telemetry_events.binpb")


@cache
def shipped_schema() -> Schema:
    """Return the package's own events, their envelope and their context, without comments."""
    return read_image(IMAGE)
