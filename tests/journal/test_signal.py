"""A call within a call: a signal's handler, or a finaliser, logs while its thread is logging."""

import json
from pathlib import Path

import pytest
from journal.reading import read
from journal.running import run


@pytest.mark.parametrize(
    ("how", "durability", "threads", "seconds"),
    [
        ("signal", "process", 0, 2),
        ("signal", "process", 4, 0.5),
        ("signal", "power", 0, 0.5),
        ("signal", "power", 4, 0.5),
        ("flush", "process", 4, 0.5),
        ("flush", "power", 4, 0.5),
        ("finaliser", "process", 0, 0.5),
        ("finaliser", "process", 4, 0.5),
        ("finaliser", "power", 4, 0.5),
    ],
)
def test_a_call_within_a_call(
    how: str, durability: str, threads: int, seconds: float, tmp_path: Path
) -> None:
    """Nobody waits for himself: each event is there once, and no number is missing."""
    counts = json.loads(run("signals.py", tmp_path, how, durability, threads, seconds))
    found = read(tmp_path).hold(ordered=False)

    assert found.batches == {(name, n): 1 for name, count in counts.items() for n in range(1, count + 1)}
    assert not found.missing
    assert not found.torn
    inner = sum(count for name, count in counts.items() if name.startswith(("signal", "finaliser")))
    assert inner > 3, counts
