"""Who may deliver a folder: one at a time, in this process and among others."""

import os
from pathlib import Path

import pytest
from record.program import run

from telemetry_events.delivery.claim import CLAIM, Claim

# Prints whether a folder can be claimed, by another process than the test's.
OTHER = """
    import sys
    from pathlib import Path
    from telemetry_events.delivery.claim import Claim
    print(Claim.take(Path(sys.argv[1])) is not None)
"""


def others_can(folder: Path) -> bool:
    """Tell whether another process can claim a folder now."""
    return run(OTHER, folder)[0] == "True\n"


def test_one_at_a_time(tmp_path: Path) -> None:
    """What is claimed cannot be claimed, here or elsewhere, under whatever name, until it is given up."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").symlink_to(tmp_path / "folder")
    claim = Claim.take(tmp_path / "folder")
    assert claim
    assert Claim.take(tmp_path / "folder") is None
    assert Claim.take(tmp_path / "other") is None
    assert not others_can(tmp_path / "folder")

    claim.give_up()
    claim.give_up()
    assert others_can(tmp_path / "folder")
    again = Claim.take(tmp_path / "folder")
    assert again
    # Another's that was given up before does not end this one.
    claim.give_up()
    assert not others_can(tmp_path / "folder")
    again.give_up()


def test_a_forked_child_has_none(tmp_path: Path) -> None:
    """The parent's claim is its own, whatever its child closes and however it ends."""
    claim = Claim.take(tmp_path)
    assert claim
    child = os.fork()
    if not child:
        is_taken = Claim.take(tmp_path) is not None
        claim.give_up()
        os._exit(is_taken)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not others_can(tmp_path)
    assert Claim.take(tmp_path) is None
    claim.give_up()


def test_its_file(tmp_path: Path) -> None:
    """It is of its own, which only its owner may open, and no symlink is followed to it."""
    claim = Claim.take(tmp_path)
    assert claim
    assert (tmp_path / CLAIM).stat().st_mode & 0o777 == 0o600
    claim.give_up()
    (tmp_path / CLAIM).unlink()
    (tmp_path / CLAIM).symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        Claim.take(tmp_path)
    assert not (tmp_path / "victim").exists()
    with pytest.raises(FileNotFoundError):
        Claim.take(tmp_path / "nowhere")
