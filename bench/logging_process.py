"""A contender in a process of its own, which does nothing but when it is told to."""

import json
import subprocess
import sys
from pathlib import Path
from select import select
from typing import Any

WORKER = Path(__file__).with_name("logging_worker.py")
# Seconds until a contender counts as stuck: no turn takes a tenth of it.
PATIENCE = 60


class ContenderProcess:
    """Starts a contender; once it is ready, each call has it do something and waits for what comes of it."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *arguments: str,
        worker: Path = WORKER,
        env: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        folder.mkdir()
        command = [sys.executable, str(worker), name, str(folder), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.pid = self._process.pid

    def wait_until_ready(self) -> None:
        """Wait for the contender to be set up and warm."""
        self._answer()

    def do(self, what: str, **how: object) -> Any:
        """Have a method of the worker run, and return what it returns."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **how}).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout
        if not select([self._process.stdout], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{self.name} did not answer within {PATIENCE} s")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self._process.wait()}")
        return json.loads(line)
