"""Tests of a program, run by pytest with our plugin: its fixture, its report, and what a failure shows."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

TESTS = """
    import pytest
    from telemetry_events import BatchProgressEvent, EHRTokenRefreshedEvent, telemetry_logger

    def test_right(captured_events):
        telemetry_logger.info(BatchProgressEvent("p", 1))
        assert [event.batch_number for event in captured_events.of(BatchProgressEvent)] == [1]

    @pytest.mark.parametrize("number", range(4))
    def test_more(captured_events, number):
        telemetry_logger.debug(EHRTokenRefreshedEvent("c"))
        assert len(captured_events.events) == 1

    class OwnEvent(BatchProgressEvent): ...

    class OtherEvent(BatchProgressEvent): ...

    def test_own(captured_events):
        telemetry_logger.info(OwnEvent("p", 1))
"""
WRONG_TESTS = """
    from telemetry_events import MissingColumnEvent, telemetry_logger

    def test_wrong(captured_events):
        telemetry_logger.info(MissingColumnEvent(b"/data/DOE^JANE.dcm", "c"))

    def test_different(captured_events):
        telemetry_logger.info(MissingColumnEvent("/data/DOE^JANE.dcm", "c"))
        assert captured_events.events == []
"""


def pytester(folder: Path, tests: str, *options: str) -> tuple[int, list[str]]:
    """Run pytest over some tests in a process of its own; return its status and what it printed."""
    folder.mkdir()
    (folder / "test_program.py").write_text(dedent(tests))
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    plugins = ["-p", "telemetry_events.pytest_plugin", "-p", "xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options],
        cwd=folder,
        env=os.environ | {"COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_report(workers: list[str], tmp_path: Path) -> None:
    """The report counts all declared events, also a program's own, and lists what no test has emitted."""
    status, lines = pytester(tmp_path / "project", TESTS, "--telemetry-events-report", *workers)

    begin = next(index for index, line in enumerate(lines) if "= telemetry events =" in line)
    report = [line for line in lines[begin + 1 : -1] if line]
    missing = [line.removeprefix("never captured: ").rpartition(".")[2] for line in report[1:]]
    assert status == 0
    assert report[0] == "3 of 21 declared events were emitted"
    assert "never captured: telemetry_events.v1.TaskErrorEvent" in report
    assert "never captured: test_program.OtherEvent" in report
    assert report[1:] == sorted(report[1:])
    assert len(missing) == 18
    assert not {"BatchProgressEvent", "EHRTokenRefreshedEvent", "OwnEvent"} & set(missing)
    assert max(map(len, report)) <= 80


def test_no_report_without_the_option(tmp_path: Path) -> None:
    """Without the option nothing is reported, and pytest's help tells of it."""
    _, lines = pytester(tmp_path / "project", TESTS)
    _, told = pytester(tmp_path / "help", TESTS, "--help")

    assert "telemetry events" not in "\n".join(lines)
    assert "  --telemetry-events-report" in told


def test_what_a_failure_shows(tmp_path: Path) -> None:
    """A test that emits what is wrong fails with a message that names event, field and kind, and no value."""
    status, lines = pytester(tmp_path / "project", WRONG_TESTS, "--show-capture=all", "-vv")

    shown = "\n".join(line for line in lines if line.startswith("E "))
    assert status == 1
    assert (
        "WrongTypeError: MissingColumnEvent.file_name: expected a string, found bytes (wrong_type)" in shown
    )
    assert "MissingColumnEvent(file_name='redacted.dcm', column_name='c')" in shown
    assert "DOE" not in shown
