"""Logging that comes back to itself while it is delivered: nothing waits for itself, nothing loops."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults.judge import Verdict, judge, noted
from faults.oracle import Oracle, answer
from faults.processes import run
from faults.responses import close_unread

Tally = Callable[[str, int], None]


@pytest.fixture
def logged(tmp_path: Path, oracle: Oracle, tally: Tally) -> Callable[[str], tuple[dict[str, Any], Verdict]]:
    """Run a program that logs in some way, with an intake that is not well at times."""

    def run_and_judge(how: str) -> tuple[dict[str, Any], Verdict]:
        oracle.script += [answer(503), answer(202), close_unread(), answer(429), answer(202), answer(403)] * 3
        directory, notes = tmp_path / "journals", tmp_path / "notes"
        environment = os.environ | {"PYTHONWARNINGS": "always", "PYTHONDEVMODE": "1"}
        found = json.loads(run("reentry.py", how, directory, notes, oracle.url, env=environment))
        verdict = judge(noted(notes), oracle, directory).hold()
        assert found["delivered"]
        assert verdict.waiting == 0
        tally("accepted", verdict.accepted)
        tally("lost", len(verdict.lost))
        return found, verdict

    return run_and_judge


Logged = Callable[[str], tuple[dict[str, Any], Verdict]]


def test_delivery_logs_nothing(logged: Logged) -> None:
    """A root handler at the lowest level, with all that can be watched, sees nothing of delivery."""
    found, verdict = logged("watched")

    # One of the program's, one warning, and an event for each of them.
    assert found["seen"] == {"of the program": 1, "py.warnings": 1, "telemetry_events": 202}
    assert verdict.accepted == 202


def test_delivery_warns_of_nothing(logged: Logged) -> None:
    """With all of Python's warnings recorded, also of what is left open, there are the program's alone."""
    _, verdict = logged("warned")

    assert verdict.accepted == 40


def test_logging_is_shut_down(logged: Logged) -> None:
    """What is logged before, between and after two ends of logging arrives."""
    _, verdict = logged("shut_down")

    assert verdict.accepted == 520


def test_a_configuration_comes_again(logged: Logged) -> None:
    """Of three configurations in a row, each in the midst of delivery, all records arrive."""
    _, verdict = logged("configured")

    assert verdict.accepted == 900


def test_a_signal_handler_logs(logged: Logged) -> None:
    """A signal handler logs and flushes while its thread does the same: all ends, and all arrives."""
    found, verdict = logged("signalled")

    assert found["signals"] > 50
    assert verdict.accepted == 2500 + found["signals"]


def test_a_finaliser_logs(logged: Logged) -> None:
    """Finalisers log, in the thread that delivers too: all ends, and all arrives."""
    found, verdict = logged("finalised")

    assert found["threads"] > 1
    assert verdict.accepted > 100
