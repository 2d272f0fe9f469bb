"""What a call has accepted survives SIGKILL, at whatever moment it comes."""

import os
from pathlib import Path

import pytest
from journal.killing import Kills, kills

# The long form: TELEMETRY_EVENTS_KILLS=200 pytest tests/journal/test_kill.py
LONG = int(os.environ.get("TELEMETRY_EVENTS_KILLS", "0"))


def count(threads: int, tmp_path: Path, how: str = "process") -> Kills:
    """Kill a third of the long form's producers, or a few."""
    return kills(LONG // 3 or 4, tmp_path, how, threads)


@pytest.mark.parametrize("threads", [1, 8, 64])
def test_a_kill_loses_nothing(threads: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No accepted event is lost and none is invented; a kill leaves one torn line at most."""
    done = count(threads, tmp_path)

    if LONG:
        with capsys.disabled():
            print(f"\n{threads} threads: {done}")
    assert (done.lost, done.invented) == (0, 0), done
    assert done.most_torn <= 1
    assert done.accepted >= 300 * done.kills, "the kills came before anything was at stake"


def test_a_kill_loses_nothing_with_power(tmp_path: Path) -> None:
    """The same holds where each call waits for the disk."""
    done = kills(2, tmp_path, "power", 8, after=lambda: 0.1)

    assert (done.lost, done.invented) == (0, 0), done
    assert done.accepted >= 20 * done.kills


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize("how", ["buffered", "queue"])
def test_the_judge_sees_a_loss(how: str, threads: int, tmp_path: Path) -> None:
    """A buffered file, and a queue with a thread, do lose accepted events, and this is seen."""
    done = kills(2, tmp_path, how, threads)
    if not done.lost:  # a queue may be empty for once
        done = kills(20, tmp_path / "more", how, threads)

    assert done.lost > 0, done
    assert done.invented == 0, done
