"""What several tests share: the repository's folders, and classes generated as a user would do it."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
# The tools of the environment that runs the tests, found also when it was not activated.
TOOLS = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def generate(schema: Path, out: Path, *, cwd: Path = ROOT) -> None:
    """Generate Python for the schema in a folder, as the README tells a user to."""
    template = {
        "version": "v2",
        "inputs": [{"directory": str(schema)}],
        "plugins": [
            {
                "local": "protoc-gen-python_betterproto2",
                "out": str(out / f"{out.name}_proto"),
                "opt": ["client_generation=none"],
            },
            {
                "local": "protoc-gen-telemetry-events",
                "out": str(out),
                "opt": [f"betterproto={out.name}_proto"],
            },
        ],
    }
    subprocess.run(
        ["buf", "generate", "--template", json.dumps(template)],
        cwd=cwd,
        env=os.environ | {"PATH": TOOLS},
        check=True,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def kitchen_sink(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The classes of the conformance package: another package than ours, with every type and form."""
    out = tmp_path_factory.mktemp("kitchen", numbered=False)
    generate(ROOT / "conformance" / "proto", out)
    sys.path.insert(0, str(out))
    return importlib.import_module("telemetry_conformance.v1")
