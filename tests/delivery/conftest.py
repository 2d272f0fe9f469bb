"""What the tests of delivery's parts share: an intake, a clean environment, and an end of what was set up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.conftest import clean_environment, oracle
from faults.journals import shipper_of
from record.alone import pytest_runtest_call

from telemetry_events import shutdown_telemetry

__all__ = ["clean_environment", "journals", "oracle", "pytest_runtest_call", "shipper_of"]


@pytest.fixture(autouse=True)
def journals(clean_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where set-up keeps journals; what a test sets up ends with it."""
    assert clean_environment is None
    directory = tmp_path / "journals"
    monkeypatch.setenv("TELEMETRY_EVENTS_DIR", str(directory))
    yield directory
    shutdown_telemetry(timeout=0)
