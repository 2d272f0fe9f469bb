"""What belongs to another user: left alone, and said so; nothing is lost, and nothing else waits for it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from faults.journals import KEY, leave, records
from faults.oracle import Oracle

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")

# Python may lie where nobody may read: what it would load later is loaded before.
BECOME_NOBODY = """
import os, sys
from encodings import idna
os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""

# As a user who is nobody in particular, delivers what it finds, and says what came of it.
PROGRAM = """
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from telemetry_events.delivery import Intake, Shipper
BECOME_NOBODY
shipper = Shipper(Path(sys.argv[1]), Intake.find(url=sys.argv[2]))
for _ in range(2):
    try:
        print(shipper.deliver())
    except OSError as error:
        print(error.strerror)
shipper.close()
"""

# The same with a program that logs and delivers itself.
LOGGING = """
from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry, telemetry_logger
BECOME_NOBODY
setup_telemetry(service="nobody", directory=sys.argv[1], intake=sys.argv[2])
telemetry_logger.info(BatchProgressEvent("own", 1))
print(flush_telemetry(10))
"""


def as_nobody(program: str, directory: Path, oracle: Oracle) -> tuple[list[str], str]:
    """Run a program, and return what it printed, and what it complained of."""
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            program.replace("BECOME_NOBODY", BECOME_NOBODY),
            directory,
            oracle.url,
        ],
        env=os.environ | {"DD_API_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that everybody may write to, as it should not be, with a journal of root's."""
    with TemporaryDirectory() as place:  # as nobody else may enter those of pytest
        directory = Path(place) / "shared"
        leave(directory, records(3))
        Path(place).chmod(0o711)
        directory.chmod(0o1777)
        yield directory


def test_a_folder_of_another_user_is_left_alone(shared: Path, oracle: Oracle) -> None:
    """A shipper passes over a folder that it may not enter, and delivers what is its own."""
    mine = leave(shared, records(2, "b" * 16), emitter="b" * 16)
    for path in (mine, *mine.iterdir()):
        os.chown(path, 65534, 65534)

    printed, complaints = as_nobody(PROGRAM, shared, oracle)

    assert printed == ["True", "True"]
    assert complaints == ""
    assert {emitter for emitter, _ in oracle.lines} == {"b" * 16}
    [theirs] = shared.glob("service-*")
    assert sorted(path.name for path in theirs.iterdir()) == ["00000001.jsonl", "lock"]


def test_files_of_another_user_are_left_alone(shared: Path, oracle: Oracle) -> None:
    """A folder that may be entered, with files that may not be opened, is left as it is."""
    [theirs] = shared.glob("service-*")
    theirs.chmod(0o755)
    for path in theirs.iterdir():
        path.chmod(0o600)

    printed, complaints = as_nobody(PROGRAM, shared, oracle)

    assert set(printed) <= {"True", "False"}
    assert complaints == ""
    assert not oracle.requests
    assert (theirs / "00000001.jsonl").read_bytes().count(b"\n") == 3


def test_files_that_may_be_read_but_not_deleted(shared: Path, oracle: Oracle) -> None:
    """A folder that may only be read is not delivered, since what was delivered could not be noted there."""
    [theirs] = shared.glob("service-*")
    theirs.chmod(0o755)
    for path in theirs.iterdir():
        path.chmod(0o666)

    printed, complaints = as_nobody(PROGRAM, shared, oracle)

    assert set(printed) <= {"True", "False"}
    assert complaints == ""
    assert not oracle.requests
    assert (theirs / "00000001.jsonl").read_bytes().count(b"\n") == 3


def test_a_program_beside_them(shared: Path, oracle: Oracle) -> None:
    """A program whose directory holds folders of another user delivers its own records."""
    printed, complaints = as_nobody(LOGGING, shared, oracle)

    assert printed == ["True"]
    assert complaints == ""
    assert len(oracle.lines) == 1


def test_a_directory_of_another_user(shared: Path, oracle: Oracle) -> None:
    """A directory that may not be read is an error, which says so in one line."""
    shared.chmod(0o700)

    printed, complaints = as_nobody(PROGRAM, shared, oracle)

    assert printed[0] == "Permission denied"
    assert complaints == ""
    assert not oracle.requests
