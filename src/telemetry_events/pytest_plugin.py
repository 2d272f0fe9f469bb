"""pytest's `captured_events`, and `--telemetry-events-report`: which declared events no test has emitted."""

from collections.abc import Iterator
from typing import Any

import pytest

from telemetry_events.message import EVENT_TYPES
from telemetry_events.testing import Captured, capture_events, captured_types
from telemetry_events.v1 import TelemetryDroppedEvent, TelemetryInvalidEvent

__all__ = [
    "captured_events",
    "pytest_addoption",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

# The names of the types of event that the workers of pytest-xdist know, and of those that they have captured.
_known_elsewhere: set[str] = set()
_captured_elsewhere: set[str] = set()
_OPTION = "--telemetry-events-report"
_WORKER_OUTPUT = "telemetry_events_emitted"
# What the library emits of itself, when something fails.
_OWN = {TelemetryDroppedEvent, TelemetryInvalidEvent}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks for the report."""
    parser.getgroup("telemetry-events").addoption(
        _OPTION, action="store_true", help="list the declared telemetry events that no test has emitted"
    )


@pytest.fixture
def captured_events() -> Iterator[Captured]:
    """The events that the test emits: `captured_events.of(TaskErrorEvent)`. One that is wrong raises."""
    with capture_events() as captured:
        yield captured


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what a worker of pytest-xdist has seen."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_WORKER_OUTPUT] = _known(), _captured()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker of pytest-xdist hands on."""
    known, captured = getattr(node, "workeroutput", {}).get(_WORKER_OUTPUT, ([], []))
    _known_elsewhere.update(known)
    _captured_elsewhere.update(captured)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the report, if it is asked for."""
    if not config.getoption(_OPTION):
        return
    declared = _known_elsewhere.union(_known())
    missing = sorted(declared - _captured_elsewhere.union(_captured()))
    terminalreporter.section("telemetry events")
    terminalreporter.write_line(
        f"{len(declared) - len(missing)} of {len(declared)} declared events were emitted"
    )
    for name in missing:
        terminalreporter.write_line(f"never captured: {name}")


def _known() -> list[str]:
    return [_name(kind) for kind in EVENT_TYPES - _OWN]


def _captured() -> list[str]:
    return [_name(kind) for kind in captured_types - _OWN]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
