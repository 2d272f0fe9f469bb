"""A program ends as it would without the library, and what it had logged is there."""

import signal
from pathlib import Path
from subprocess import TimeoutExpired
from time import monotonic

import pytest
from journal.reading import read
from journal.running import start

# Seconds that an exit may take, the interpreter's start included.
SOON = 6


MAIN = {"main": 3}
ATEXIT = MAIN | {"atexit-before": 3, "atexit-after": 3}


@pytest.mark.parametrize(
    ("ways", "durability", "logged"),
    [
        ("atexit", "process", ATEXIT),
        ("teardown", "process", MAIN | {f"last-{n}": 1 for n in range(20)}),
        ("late", "process", MAIN),
        ("daemon", "process", MAIN),
        ("daemon", "power", MAIN),
        ("daemon atexit", "process", ATEXIT),
        ("daemon atexit", "power", ATEXIT),
        ("daemon late", "process", MAIN),
        ("daemon late", "power", MAIN),
        ("thread exit", "process", MAIN | {"thread": 1000}),
        ("os-exit", "process", MAIN),
        ("shutdown", "process", MAIN),
        ("term", "process", MAIN),
    ],
)
def test_an_exit(ways: str, durability: str, logged: dict[str, int], tmp_path: Path) -> None:
    """It ends soon, with its own exit status and an empty standard error; what it logged is there once."""
    begun = monotonic()
    program = start("exits.py", tmp_path, durability, *ways.split())
    try:
        output, complaints = program.communicate(timeout=2 * SOON)
    except TimeoutExpired:
        program.kill()
        program.communicate()
        raise AssertionError("it does not end") from None

    assert (program.returncode, complaints, output) == (-signal.SIGTERM if ways == "term" else 0, "", "")
    assert monotonic() - begun < SOON
    found = read(tmp_path).hold()
    expected = {(name, n) for name, count in logged.items() for n in range(1, count + 1)}
    assert expected <= set(found.batches)
    assert set(found.batches.values()) == {1}
    assert not found.missing
    assert not found.torn
