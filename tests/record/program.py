"""Runs a program in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

__all__ = ["DEADLINE", "run"]

# Seconds. No program here needs a tenth of it; one that hangs says where.
DEADLINE = 60
_STRICT = ("-X", "faulthandler", "-W", "error")


def run(
    source: str,
    *arguments: object,
    options: tuple[str, ...] = _STRICT,
    cwd: Path | None = None,
    status: int = 0,
    **environment: str,
) -> tuple[str, str]:
    """Run a program, which must end with a status, and return what it wrote to its output and its errors.

    The environment is this process's, without the variables that set up the library, and those given.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DD_", "TELEMETRY_", "XDG_"))
    }
    done = subprocess.run(
        [sys.executable, *options, "-c", dedent(source), *map(str, arguments)],
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr
