"""Type checkers accept what is right and refuse what is wrong, line by line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "typing"
MARKED = {
    number
    for number, line in enumerate((HERE / "wrong.py").read_text().splitlines(), 1)
    if "# error:" in line
}


def mypy(file: Path) -> set[int]:
    """Return the lines that mypy finds at fault."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", file.name]
    found = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    assert not found.stderr
    return {
        int(line)
        for line in re.findall(rf"^{re.escape(file.name)}:(\d+): error:", found.stdout, re.MULTILINE)
    }


def pyright(file: Path) -> set[int]:
    """Return the lines that pyright finds at fault."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, file.name]
    found = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    problems = json.loads(found.stdout)["generalDiagnostics"]
    return {problem["range"]["start"]["line"] + 1 for problem in problems if problem["severity"] == "error"}


@pytest.mark.parametrize("check", [mypy, pyright], ids=lambda check: check.__name__)
def test_right_use_passes(check) -> None:
    """A checker finds no fault with right use."""
    assert check(HERE / "right.py") == set()


@pytest.mark.parametrize("check", [mypy, pyright], ids=lambda check: check.__name__)
def test_wrong_use_fails(check) -> None:
    """A checker refuses each wrong use, and nothing else."""
    assert check(HERE / "wrong.py") == MARKED
