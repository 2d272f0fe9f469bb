"""What several tests share: the repository's folder, and classes generated as a user would do it."""

import importlib
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest
from runner.generating import generate

ROOT = Path(__file__).parent.parent

# A shell ignores Ctrl-C for what it runs in the background, and so would all that the tests run.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def kitchen_sink(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The classes of the conformance package: another package than ours, with every type and form."""
    out = tmp_path_factory.mktemp("kitchen", numbered=False)
    generate(ROOT / "conformance" / "proto", out)
    sys.path.insert(0, str(out))
    return importlib.import_module("telemetry_conformance.v1")
