"""Generates Python for a schema as the documentation tells a user to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import oracle

__all__ = ["TOOLS", "generate"]

# The tools of the environment that runs this, found also when it was not activated.
TOOLS = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def generate(schema: Path, out: Path, *, cwd: Path = oracle.ROOT) -> None:
    """Generate Python for the schema in a folder. Raises `CalledProcessError`, with what the tools say."""
    template = {
        "version": "v2",
        "inputs": [{"directory": str(schema)}],
        "plugins": [
            {
                "local": "protoc-gen-python_betterproto2",
                "out": str(out / f"{out.name}_proto"),
                "opt": ["client_generation=none"],
                "strategy": "all",
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
