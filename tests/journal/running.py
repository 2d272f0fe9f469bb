"""Runs the small programs beside this file as processes of their own, none for ever."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["DEADLINE", "command", "is_said", "run", "start"]

PROGRAMS = Path(__file__).parent / "programs"
# Seconds. No program here needs a tenth of it; one that hangs says where, and is ended.
DEADLINE = 60

# What a program runs under. That it forks beside threads of its own is the point of some of them.
_OPTIONS = ["-X", "faulthandler", "-W", "error", "-W", "ignore:This process:DeprecationWarning"]


def command(program: str, *arguments: object) -> list[str]:
    """Return how a program is called."""
    return [sys.executable, *_OPTIONS, str(PROGRAMS / program), *map(str, arguments)]


def start(program: str, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Start a program, with its output and its errors piped."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(command(program, *arguments), text=True, start_new_session=True, **pipes)


def run(program: str, *arguments: object, errors: bool = False, **options: Any) -> str:
    """Run a program to its end, and return what it printed. It must succeed, and complain of nothing."""
    process = start(program, *arguments, **options)
    try:
        output, complaints = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        # Its children too, which hold the pipes. Each says where it was.
        os.killpg(process.pid, signal.SIGABRT)
        output, complaints = process.communicate()
        raise AssertionError(f"{program} hangs:\n{complaints}") from None
    assert process.returncode == 0, f"{program} ended with {process.returncode}:\n{output}{complaints}"
    assert errors or not complaints, f"{program} complains:\n{complaints}"
    return output


def is_said(descriptor: int, timeout: float = DEADLINE) -> bytes:
    """Wait until something can be read from a pipe, and return it; nothing when its other end is closed."""
    ready, _, _ = select.select([descriptor], [], [], timeout)
    assert ready, f"nothing was said within {timeout} s"
    return os.read(descriptor, 4096)
