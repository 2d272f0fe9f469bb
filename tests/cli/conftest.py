"""What the tests of the commands share: running them within this process, and images of schemas."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from telemetry_events.cli.app import app

ROOT = Path(__file__).parents[2]

Validate = Tail = Callable[..., tuple[int, str, str]]


def invoke(*arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    """Run the command within this process; return its exit status, its output and its errors."""
    environment = {"COLUMNS": "80"} | environment
    done = CliRunner().invoke(app, [*map(str, arguments)], env=environment, prog_name="telemetry-events")
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def validate() -> Validate:
    """Run `validate` within this process."""
    return partial(invoke, "validate")


@pytest.fixture
def tail() -> Tail:
    """Run `tail --no-follow` within this process."""
    return partial(invoke, "tail", "--no-follow")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of lines."""

    def write(*lines: bytes, name: str = "events.jsonl", end: bytes = b"\n") -> Path:
        path = tmp_path / name
        path.write_bytes(b"\n".join(lines) + end)
        return path

    return write


@pytest.fixture
def problems(validate: Validate, file: Callable[..., Path]) -> Callable[..., list[str]]:
    """Check some lines, and return the problems with them, each as `line: check: message`."""

    def check(*lines: bytes, options: tuple[str | Path, ...] = ()) -> list[str]:
        path = file(*lines)
        status, output, errors = validate(path, *options)
        found = [line.removeprefix(f"{path}:") for line in output.splitlines()]
        assert (status, "no problems" in errors) == ((1, False) if found else (0, True))
        return found

    return check


@pytest.fixture(scope="session")
def kitchen_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image of a user's own schema: that of the conformance suite, which has every type."""
    image = tmp_path_factory.mktemp("image") / "image.binpb"
    buf = Path(sys.executable).with_name("buf")
    subprocess.run([buf, "build", "conformance/proto", "-o", image], cwd=ROOT, check=True)
    return image
