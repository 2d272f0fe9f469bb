"""The conformance suite fails when what is known of a language is no longer so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from runner.known_failures import read_known_failures
from runner.report import Tally

CASE = "integers/int32-minus-one"


def run(known: Path, *options: str) -> tuple[int, str]:
    """Run the suite for Python, and return its exit status and what it prints."""
    command = [sys.executable, "-m", "pytest", "conformance", "-q", "-p", "no:cacheprovider", *options]
    if not any(option.startswith("--languages") for option in options):
        command.append("--languages=python")
    done = subprocess.run([*command, f"--known-failures={known}"], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_right_answer_passes(tmp_path: Path) -> None:
    """A case that is answered rightly passes, and is counted in the table."""
    status, output = run(tmp_path, "-k", CASE)

    assert status == 0
    assert re.search(r"\nintegers +1\n\n1 passed, 0 failed\n", output)


def test_a_known_failure_that_passes(tmp_path: Path) -> None:
    """A case that passes although it is said to fail is a failure."""
    (tmp_path / "python.txt").write_text(f"{CASE}  # told so\n")

    status, output = run(tmp_path, "-k", CASE)

    assert status == 1
    assert "it passes, and is said to fail: told so" in output
    assert "0 passed, 1 failed" in output


def test_a_pattern_without_a_case(tmp_path: Path) -> None:
    """A pattern that no case matches is a failure."""
    (tmp_path / "python.txt").write_text("integers/int33-*  # gone\n")

    status, output = run(tmp_path, "-k", "known_failures")

    assert status == 1
    assert "integers/int33-*" in output


def test_an_unknown_language(tmp_path: Path) -> None:
    """A language that there is not is an error that names those that there are."""
    status, output = run(tmp_path, "--languages=lisp")

    assert status == 4
    assert "no language lisp: there are python" in output


@pytest.mark.parametrize("line", ["integers/*", "# a reason", "integers/* #"])
def test_a_line_that_lacks_a_part(line: str, tmp_path: Path) -> None:
    """A known failure has a pattern and a reason."""
    (tmp_path / "go.txt").write_text(f"\nx # y\n{line}\n")

    with pytest.raises(ValueError, match=r"go\.txt:3: not a pattern, `#` and the reason"):
        read_known_failures("go", tmp_path)


def test_patterns(tmp_path: Path) -> None:
    """A pattern stands for all cases that match it, and a language without a file fails none."""
    (tmp_path / "go.txt").write_text("integers/*-one # why\n")
    known = read_known_failures("go", tmp_path)

    assert (known.reason(CASE), known.reason("integers/two")) == ("why", None)
    assert read_known_failures("java", tmp_path).reason(CASE) is None


def test_the_table() -> None:
    """The table has a row a topic and a column a language, and shows what failed."""
    tally = Tally()
    for language, topic, passed in [
        ("go", "integers", True),
        ("rust", "integers", False),
        ("rust", "integers", True),
        ("rust", "enums", True),
    ]:
        tally.add(language, topic, passed)

    assert tally.lines() == [
        "                  go        rust",
        "integers           1        1/2!",
        "enums              -           1",
        "",
        "3 passed, 1 failed",
    ]
