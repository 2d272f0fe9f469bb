"""Runs the programs beside this file as processes of their own, none for ever."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select
from time import monotonic, sleep
from typing import Any

__all__ = ["DEADLINE", "PROGRAMS", "command", "eventually", "kill", "run", "said", "start"]

PROGRAMS = Path(__file__).parent / "programs"
# Seconds. No program here needs a quarter of it.
DEADLINE = 40


def command(program: str, *arguments: object) -> list[str]:
    """Return how a program is called."""
    return [sys.executable, "-X", "faulthandler", str(PROGRAMS / program), *map(str, arguments)]


def start(program: str, *arguments: object, **options: Any) -> "subprocess.Popen[bytes]":
    """Start a program, with what it says piped."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} | options
    return subprocess.Popen(command(program, *arguments), **pipes)


def said(process: "subprocess.Popen[bytes]") -> str:
    """Return the next line that a program says; nothing if it has ended."""
    assert process.stdout
    ready, _, _ = select([process.stdout], [], [], DEADLINE)
    assert ready, f"{process.args} says nothing"
    return process.stdout.readline().decode().strip()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program at once, and wait until it is gone."""
    process.kill()
    process.wait(DEADLINE)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError):  # nobody has read what was written last
                pipe.close()


def run(program: str, *arguments: object, status: int = 0, **options: Any) -> str:
    """Run a program to its end, and return what it has said on its output and, if piped, its errors."""
    process = start(program, *arguments, **options)
    try:
        output, complaints = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        kill(process)
        raise AssertionError(f"{program} hangs") from None
    text = (output + (complaints or b"")).decode()
    assert process.returncode == status, f"{program} ended with {process.returncode}: {text}"
    return text


def eventually(condition: Callable[[], object], within: float = DEADLINE) -> None:
    """Wait until a condition holds."""
    end = monotonic() + within
    while not condition():
        assert monotonic() < end, "it has not come to that"
        sleep(0.01)
