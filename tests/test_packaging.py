"""What is installed is the built wheel, whole, with what it says of itself."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

import telemetry_events

DIST = ROOT / "dist"


def test_tests_run_against_the_wheel() -> None:
    """The package under test is the installed one, not the source tree."""
    assert not Path(telemetry_events.__file__).is_relative_to(ROOT / "src")


def test_wheel_holds_what_users_need() -> None:
    """The wheel has the package, its type marker, its schema and its licence, and nothing else."""
    (wheel,) = DIST.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    assert {
        "telemetry_events/py.typed",
        "telemetry_events/v1.py",
        "telemetry_events/_proto/__init__.py",
    } <= set(names)
    assert {Path(name).name for name in names if name.endswith(".proto")} == {
        file.name for file in (ROOT / "proto" / "telemetry_events" / "v1").glob("*.proto")
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert all(re.match(r"telemetry_events(/|-[^/]*\.dist-info/)", name) for name in names)


def test_sdist_holds_what_the_project_needs() -> None:
    """The sdist has all that a checkout has, and no generated rubbish."""
    (sdist,) = DIST.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    folders = ("src", "tests", "proto", "conformance", "docs", "bench", "examples", ".ci")
    # What cargo writes beside a program's manifest is ignored by git, too.
    rubbish = {"__pycache__", ".mypy_cache", "Cargo.lock"}
    kept = {
        str(file.relative_to(ROOT))
        for file in [
            *ROOT.glob("*.*"),
            *(each for folder in folders for each in (ROOT / folder).rglob("*.*")),
        ]
        if file.is_file() and not rubbish & set(file.parts)
    }

    assert kept | {"Makefile", "LICENSE"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith((".venv", "build/"))]


def test_version_is_that_of_the_metadata() -> None:
    """The metadata's version is the changelog's newest."""
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert importlib.metadata.version("telemetry-events") == newest[1]


def test_import_needs_no_tool() -> None:
    """Importing the library loads neither protobuf nor the tools of its extras."""
    code = "import telemetry_events, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"betterproto2_compiler", "jinja2", "ruff", "rich", "typer"} & set(loaded)
    assert "google" not in loaded


def test_public_names_are_documented() -> None:
    """Every public name has a docstring, and what is listed is what is there."""
    for name in telemetry_events.__all__:
        assert getattr(telemetry_events, name).__doc__, name
    assert len(set(telemetry_events.__all__)) == len(telemetry_events.__all__)


PAGES = ["README.md", *(f"docs/{page}.md" for page in ("python", "logging", "delivery", "migrating"))]
# What is another in each run: the emitter, and the time.
VARYING = re.compile(r'(?<="emitter":")[a-z2-7]{16}(?=")|(?<="timestamp":")[-0-9T:.]{23}Z(?=")')


@pytest.mark.parametrize("page", PAGES)
def test_examples_do_what_they_say(page: str, tmp_path: Path) -> None:
    """Each example runs, and prints the `text` block below it or records the `json` block below it."""
    blocks = re.findall(r"```(\w+)\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    examples = [(code, *below) for (kind, code), below in pairwise([*blocks, ("", "")]) if kind == "python"]

    assert examples
    for number, (code, kind, expected) in enumerate(examples):
        journal = tmp_path / str(number)
        env = os.environ | {"TELEMETRY_EVENTS_DIR": str(journal), "DD_HOSTNAME": "pod-7"}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, env=env
        )
        recorded = "".join(file.read_text() for file in sorted(journal.rglob("*.jsonl")))
        assert (done.stdout, done.stderr) == (expected if kind == "text" else "", "")
        if kind == "json":
            assert VARYING.sub("", recorded) == VARYING.sub("", expected)
