"""What several tests share: the repository's folder, and classes generated as a user would do it."""

import importlib
import signal
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from runner.generating import generate

ROOT = Path(__file__).parent.parent

# A shell ignores Ctrl-C for what it runs in the background, and so would all that the tests run.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What the fault tests have counted, wherever they ran.
_faults: Counter[str] = Counter()


@pytest.fixture(scope="session")
def kitchen_sink(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The classes of the conformance package: another package than ours, with every type and form."""
    out = tmp_path_factory.mktemp("kitchen", numbered=False)
    generate(ROOT / "conformance" / "proto", out)
    sys.path.insert(0, str(out))
    return importlib.import_module("telemetry_conformance.v1")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what a test has given to the fixture `tally` of the fault tests."""
    if report.when == "call":
        for name, value in report.user_properties:
            if name == "faults":
                what, count = value
                _faults[what] += count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the sums, in one line."""
    if _faults:
        sums = ", ".join(f"{what} {count}" for what, count in _faults.items())
        terminalreporter.write_line(f"faults: {sums}")
