"""How often a fault is tried: a few times with each change, and often with `make faults`."""

import os

__all__ = ["times"]


def times(short: int, long: int) -> int:
    """Return how often to try."""
    return long if os.environ.get("FAULTS") == "all" else short
