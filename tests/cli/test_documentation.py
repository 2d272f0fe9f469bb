"""The page about the commands says what they print."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import Validate
from cli.records import BATCH, record, run, segment

from telemetry_events import TaskErrorEvent
from telemetry_events.validation.fault import CHECKS

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")
FRAMES = 'File "/srv/app/main.py", line 3, in <module>\nFile "/srv/algorithms/mean.py", line 41, in run'


def blocks(kind: str) -> list[str]:
    """Return the page's examples of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_checks() -> None:
    """The page lists the checks, each with the sentence that the code has."""
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE, re.MULTILINE)) == CHECKS


def test_example_of_tail(tmp_path: Path) -> None:
    """The example of `tail` is what it shows of the two records."""
    failed = TaskErrorEvent("9d1c7f4e", "pod-7", "dr.jones", "ValueError", FRAMES)
    segment(
        tmp_path,
        1,
        record(BATCH, 1, at="2026-11-20T10:00:00.123Z", task_id="9d1c7f4e"),
        record(failed, 2, at="2026-11-20T10:00:00.187Z", status="error"),
    )

    assert run("tail", "--no-follow", tmp_path) == (0, blocks("text")[0], "")


def test_example_of_validate(
    validate: Validate, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example of `validate` is what it says of the lines."""
    path = file(*blocks("json")[0].encode().splitlines())
    monkeypatch.chdir(path.parent)

    assert validate(path.name) == (1, *blocks("text")[1:])
