"""A directory that cannot be used is an error of the set-up, before any event."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from telemetry_events import TelemetryError, setup_telemetry

# Sets up as a user who is nobody in particular.
AS_NOBODY = """
import os, sys
from telemetry_events import TelemetryError, setup_telemetry
os.setgid(65534); os.setuid(65534)
try:
    setup_telemetry(service="nobody", directory=sys.argv[1])
except TelemetryError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "directory", ["/proc/telemetry", "/dev/null", "/dev/null/below", "/proc/self/status"]
)
def test_a_place_that_takes_no_directory(directory: str) -> None:
    """Such a place is refused, by its name."""
    with pytest.raises(TelemetryError, match=f"directory: {directory}: "):
        setup_telemetry(service="tests", directory=directory)


@pytest.mark.parametrize("directory", ["a\0b", "\ud800", "x" * 300])
def test_a_name_that_no_file_can_have(directory: str, tmp_path: Path) -> None:
    """Such a name is refused."""
    with pytest.raises(TelemetryError, match=r"directory: "):
        setup_telemetry(service="tests", directory=f"{tmp_path}/{directory}")


def test_a_file_in_its_place(tmp_path: Path) -> None:
    """A file is not taken for a directory, nor touched."""
    file = tmp_path / "file"
    file.write_text("mine")

    with pytest.raises(TelemetryError, match=r"directory: "):
        setup_telemetry(service="tests", directory=file)
    assert file.read_text() == "mine"


def test_a_file_system_that_is_only_read(small_disk: Path) -> None:
    """A file system that is mounted for reading is refused."""
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    with pytest.raises(TelemetryError, match=r"directory: .*: Read-only file system"):
        setup_telemetry(service="tests", directory=small_disk)
    assert list(small_disk.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("mode", [0o700, 0o555])
def test_a_directory_of_somebody_else(mode: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A directory that this user may not write to is refused."""
    directory = tmp_path_factory.mktemp("theirs")
    directory.chmod(mode)
    for parent in list(directory.parents)[:-2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", AS_NOBODY, directory],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"directory: {directory}: Permission denied\n"
    assert done.stderr == ""
