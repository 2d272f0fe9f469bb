"""A call that an exception cuts short, as Ctrl-C does, leaves the journal in order."""

import json
from pathlib import Path

import pytest
from journal.reading import read
from journal.running import run


@pytest.mark.parametrize("durability", ["process", "power"])
def test_interrupted_calls(durability: str, tmp_path: Path) -> None:
    """What had returned is there once, a cut call leaves out one number at most, and no thread hangs."""
    done = json.loads(run("interrupts.py", tmp_path, durability, 1.5))
    found = read(tmp_path).hold()

    names = {("main", n) for n in done["main"]} | {("thread", n) for n in range(1, done["thread"] + 1)}
    assert names <= set(found.batches)
    assert set(found.batches.values()) == {1}
    assert sum(found.missing.values()) <= done["interrupted"]
    assert len(set(found.batches) - names) <= done["interrupted"]
    assert done["interrupted"] > 100, "the calls have not been interrupted"
