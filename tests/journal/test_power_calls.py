"""As strace sees it: with power, a call returns when the disk has its line."""

import re
import shutil
import subprocess

import pytest
from journal.running import command

CALL = re.compile(r"(?:\d+ +)?(\w+)\((\d+)<([^>]*)>")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """The calls of a program, each with the file that it was for."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    folder = tmp_path_factory.mktemp("power")
    traced = ["strace", "-f", "-y", "-qq", "-e", "trace=write,fdatasync,fsync", "-o", folder / "calls"]
    done = subprocess.run(
        [*traced, *command("power.py", folder / "journal")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    found = [CALL.match(line) for line in (folder / "calls").read_text().splitlines()]
    names = [(match[1], match[3]) for match in found if match]
    root = str(folder / "journal")
    return [
        (call, path.removeprefix(root) if path.startswith(root) else "output")
        for call, path in names
        if path.startswith((root, "pipe:"))
    ]


def test_each_line_is_synced_before_the_call_returns(calls: list[tuple[str, str]]) -> None:
    """A line's write is followed by a sync of its file, and only then by the program's next step."""
    steps = [(call, path) for call, path in calls if path.endswith(".jsonl") or path == "output"]
    order = [call if path != "output" else "returned" for call, path in steps]
    segments = {path for call, path in steps if path != "output"}

    assert " ".join(order) == " ".join(["write fdatasync returned"] * 5)
    assert len(segments) == 1


def test_a_new_segment_is_found_after_a_power_failure(calls: list[tuple[str, str]]) -> None:
    """Before the first call returns, the folder and what it lies in are synced: the file has its name."""
    first = calls[: calls.index(("write", "output"))]
    synced = [path for call, path in first if call in ("fsync", "fdatasync") and not path.endswith(".jsonl")]

    assert any(path.startswith("/power-") for path in synced), (
        "the folder's entry of the segment is not synced"
    )
    assert "" in synced, "the directory's entry of the folder is not synced"
