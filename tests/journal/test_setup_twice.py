"""Setting up and shutting down wait for nobody who cannot go on: a lost thread, or themselves."""

from pathlib import Path

import pytest
from journal.reading import read
from journal.running import run


@pytest.mark.parametrize("how", ["fork", "signal"])
def test_a_set_up_while_one_is_under_way(how: str, tmp_path: Path) -> None:
    """A child that was forked meanwhile can set up, and a signal's handler can shut down."""
    run("setup_twice.py", tmp_path, how)

    names = {line.batch[0] for line in read(tmp_path).hold().lines if line.batch}
    assert names == ({"child"} if how == "fork" else {"handler"})


def test_a_fork_is_not_warned_of(tmp_path: Path) -> None:
    """The library's own thread is none that Python need warn of when a program of one thread forks."""
    run("one_thread.py", tmp_path)

    assert len(read(tmp_path).hold().emitters) == 101
