"""Times construction and encoding of every event, against what else people use.

The contenders for an event take turns, so that a machine whose speed changes is fair to all: the
report compares within a turn, and takes the median of the turns.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from contenders import contests

TURNS = 5
# How the others are called, with nothing done: what the harness and the call itself take.
NOTHING = {"nothing": partial(bool)}
CASES = [
    (path, each.name, turn, contender, call)
    for each in contests()
    for path, calls in (("construct", each.construct), ("encode", each.encode))
    for turn in range(TURNS)
    for contender, call in (NOTHING | calls).items()
]


@pytest.mark.benchmark(max_time=0.04, min_rounds=20)
@pytest.mark.parametrize(("path", "event", "turn", "contender", "call"), CASES)
def test_call(
    benchmark: Any, path: str, event: str, turn: int, contender: str, call: Callable[[], object]
) -> None:
    """Time one call of one contender, in one turn."""
    benchmark.extra_info.update(path=path, event=event, turn=turn, contender=contender)
    benchmark(call)
