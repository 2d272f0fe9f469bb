"""What the library itself writes is valid, byte for byte, and is shown."""

import subprocess
import sys
from pathlib import Path

from cli.conftest import Tail, Validate

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[2])
from test_events import EVENTS, sample
from telemetry_events import setup_telemetry, shutdown_telemetry, telemetry_context, telemetry_logger

setup_telemetry(service="scan-worker", env="Prod", tags=["a b", "team:x"], directory=sys.argv[1])
with telemetry_context(task_id="t", run_id="r"):
    for level, kind in enumerate(EVENTS):
        telemetry_logger.log(level * 5 + 20, sample(kind))
    try:
        {}["DOE"]
    except KeyError as error:
        telemetry_logger.error("it failed", exc_info=error)
telemetry_logger.warning("x" * 1_000_000)
telemetry_logger.info(sample(EVENTS[0]).__class__(*[object()] * 5))
shutdown_telemetry()
"""


def test_what_the_library_writes(validate: Validate, tail: Tail, tmp_path: Path) -> None:
    """Every event, a plain text, an exception, a text that is too long and an event that is invalid."""
    tests = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM, tmp_path, tests], check=True)

    assert validate(tmp_path, "--canonical") == (0, "", "24 records in 1 file: no problems\n")
    status, output, errors = tail(tmp_path)
    lines = [line for line in output.splitlines() if not line.startswith(" ")]
    assert (status, len(lines), errors) == (0, 24, "")
    assert "telemetry_invalid" in lines[-1]
    assert "DOE" not in output
