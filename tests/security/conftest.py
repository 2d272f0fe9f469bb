"""What the tests of security share: an intake, and something that belongs to somebody else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.conftest import clean_environment, oracle, telemetry_ends  # noqa: F401 (fixtures)
from faults.journals import shipper_of  # noqa: F401 (a fixture)


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file and a segment, outside of all journals, which stay as they are."""
    folder = tmp_path / "victim"
    folder.mkdir(mode=0o755)
    (folder / "file").write_bytes(b"mine\n")
    (folder / "00000001.jsonl").write_bytes(b'{"emitter":"victim","seq":1}\n')
    before = state(folder)
    yield folder
    assert state(folder) == before


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return all that a folder holds, with modes and times."""
    found = {}
    for entry in sorted(folder.iterdir()):
        about = os.lstat(entry)
        found[entry.name] = (entry.read_bytes(), about.st_mode, about.st_mtime_ns)
    return found
