"""What docs/delivery.md has a newcomer try, without an account."""

import os
import subprocess
import sys
from pathlib import Path

import orjson

EXAMPLES = Path(__file__).parent.parent / "examples"
PROGRAM = """
from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger
setup_telemetry()
telemetry_logger.info(BatchProgressEvent("ResultsOnly", batch_number=3))
"""


def test_two_variables_are_all_it_takes(tmp_path: Path) -> None:
    """A program that calls `setup_telemetry()` has its events delivered, by two variables."""
    intake = subprocess.Popen(
        [sys.executable, EXAMPLES / "intake.py", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert intake.stderr
        assert intake.stdout
        variables = {"DD_API_KEY": "any", "TELEMETRY_EVENTS_INTAKE": intake.stderr.readline().strip()}

        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"XDG_STATE_HOME": str(tmp_path)} | variables,
            check=True,
            timeout=30,
        )

        record = orjson.loads(intake.stdout.readline())
    finally:
        intake.terminate()
        intake.communicate()
    assert (record["event"], record["batch_number"], record["seq"]) == ("batch_progress", 3, 1)
