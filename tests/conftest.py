"""What several tests share: the repository's folder, and classes generated as a user would do it."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
from runner.generating import generate

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def kitchen_sink(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The classes of the conformance package: another package than ours, with every type and form."""
    out = tmp_path_factory.mktemp("kitchen", numbered=False)
    generate(ROOT / "conformance" / "proto", out)
    sys.path.insert(0, str(out))
    return importlib.import_module("telemetry_conformance.v1")
