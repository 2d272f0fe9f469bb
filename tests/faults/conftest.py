"""What the fault tests share: an intake, a clean environment, and an end of what was set up."""

import os
from collections.abc import Callable, Iterator

import pytest
from faults.journals import shipper_of  # noqa: F401 (a fixture)
from faults.oracle import Oracle

from telemetry_events import shutdown_telemetry


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings counts."""
    for name in list(os.environ):
        if name.startswith(("DD_", "TELEMETRY_EVENTS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def telemetry_ends() -> Iterator[None]:
    """What a test has set up ends with it."""
    yield
    shutdown_telemetry(timeout=0)


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake that accepts whatever it is not scripted for."""
    with Oracle() as oracle:
        yield oracle
        assert not oracle.faults


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Add to a sum that is shown at the end of the run, such as `tally("kills", 6)`."""
    return lambda what, count: request.node.user_properties.append(("faults", (what, count)))
