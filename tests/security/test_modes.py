"""What the library writes, nobody but its user can read."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from faults.journals import KEY
from faults.oracle import Oracle, accept, answer

# Delivers two events, of which one is refused, so that there is one file of each kind.
PROGRAM = """
import os, sys
os.umask(int(sys.argv[3], 8))
from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger
setup_telemetry(service="modes", directory=sys.argv[1], intake=sys.argv[2])
telemetry_logger.info(BatchProgressEvent("good", 1))
telemetry_logger.info(BatchProgressEvent("bad", 2))
flush_telemetry(10)
telemetry_logger.info(BatchProgressEvent("good", 3))
print(flush_telemetry(10))
os._exit(0)
"""


@pytest.mark.parametrize("umask", ["0", "22", "77"])
def test_all_that_is_written_is_for_its_owner_alone(umask: str, oracle: Oracle, tmp_path: Path) -> None:
    """Folders have the mode 0700 and files 0600, whatever the umask, and so have folders above them."""
    oracle.judge = lambda lines: answer(400) if any(b'"bad"' in line for line in lines) else accept
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, tmp_path / "new" / "journals", oracle.url, umask],
        env=os.environ | {"DD_API_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == "True\n", done.stderr
    found = sorted((tmp_path / "new").rglob("*"))
    kinds = {path.suffix or path.name for path in found if path.is_file()}
    assert kinds == {".jsonl", ".cursor", ".json", "lock", "shipping", "to-deliver"}
    assert any("quarantine" in path.parts for path in found)
    for path in [tmp_path / "new", *found]:
        mode = path.lstat().st_mode
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), path


def test_a_directory_that_is_there_keeps_its_mode(oracle: Oracle, tmp_path: Path) -> None:
    """A directory that somebody has made stays as it is; what is put into it is for its owner alone."""
    tmp_path.chmod(0o755)
    subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, tmp_path, oracle.url, "0"],
        env=os.environ | {"DD_API_KEY": KEY},
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_dir()} == {0o700}
