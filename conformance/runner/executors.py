"""An executor: a process that prints messages for one language, for as long as it is asked to."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from types import TracebackType
from typing import Any, Self

from runner.protocol import Answer, Response, answer_of, delimited, take

__all__ = ["Executor", "ExecutorError"]

# A Java virtual machine on a busy machine takes some seconds to begin.
PATIENCE_SECONDS = 60.0
# How much is asked before the first answer has been read.
_AHEAD_BYTES = 2**20
_CHUNK = 2**16
# How often a new process is started after one has failed to answer.
_CHANCES = 3


class ExecutorError(Exception):
    """An executor has failed to answer: it cannot be started, dies, hangs or answers out of turn."""


class Executor:
    """Asks a command. A request that it fails to answer ends it; the next one starts another, a few times."""

    def __init__(
        self, command: Sequence[str | Path], *, cwd: Path, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._command = [str(word) for word in command]
        self._cwd = cwd
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._read = bytearray()
        self._failures = 0

    def ask(self, request: Any) -> Answer:
        """Return the answer to one request. Raises `ExecutorError`."""
        [answer] = self.ask_all([request])
        return answer

    def ask_all(self, requests: Iterable[Any]) -> Iterator[Answer]:
        """Yield the answers to requests, while later ones are on their way. Raises `ExecutorError`."""
        process = self._started()
        try:
            yield from self._exchange(process, iter(requests))
        except BaseException as error:
            self._failures += isinstance(error, ExecutorError)
            self.kill()
            raise

    def close(self) -> None:
        """End it, as the end of its input tells it to. Raises `ExecutorError` if it does not end well."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            rest, _ = process.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise ExecutorError("it does not end with its input") from None
        self._read += rest
        if process.returncode or self._read:
            raise ExecutorError(
                f"it ends with status {process.returncode}, and {len(self._read)} bytes that nobody asked for"
            )

    def kill(self) -> None:
        """End it at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            if self._failures == _CHANCES:
                raise ExecutorError(f"it is not asked again, as it has failed to answer {_CHANCES} times")
            try:
                self._process = subprocess.Popen(
                    self._command, cwd=self._cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            except OSError as error:
                self._failures += 1
                raise ExecutorError(f"it cannot be started (make executors builds it): {error}") from None
            self._read.clear()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe
                os.set_blocking(pipe.fileno(), False)
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], requests: Iterator[Any]) -> Iterator[Answer]:
        """Write requests as fast as they are taken, and read what comes; no side waits for the other."""
        assert process.stdin
        assert process.stdout
        to_write, exhausted = bytearray(), False
        asked: list[str] = []
        with DefaultSelector() as selector:
            selector.register(process.stdout, EVENT_READ)
            writing = False
            while True:
                while not exhausted and len(to_write) < _AHEAD_BYTES:
                    request = next(requests, None)
                    exhausted = request is None
                    if request is not None:
                        to_write += delimited(request)
                        asked.append(request.name)
                if not asked:
                    return
                if bool(to_write) != writing:
                    writing = not writing
                    if writing:
                        selector.register(process.stdin, EVENT_WRITE)
                    else:
                        selector.unregister(process.stdin)
                events = selector.select(self._patience)
                if not events:
                    raise ExecutorError(f"it hangs: no answer to {asked[0]} in {self._patience:g} s")
                for key, _ in events:
                    if key.fileobj is process.stdin:
                        self._write(process, to_write, asked[0])
                    else:
                        self._receive(process, asked[0])
                answered = 0
                while (body := self._next(asked, answered)) is not None:
                    yield self._answer(body, asked[answered] if answered < len(asked) else None)
                    answered += 1
                del asked[:answered]

    def _write(self, process: subprocess.Popen[bytes], to_write: bytearray, waiting: str) -> None:
        assert process.stdin
        try:
            del to_write[: os.write(process.stdin.fileno(), to_write[:_CHUNK])]
        except BrokenPipeError:
            raise ExecutorError(self._death(process, waiting)) from None

    def _receive(self, process: subprocess.Popen[bytes], waiting: str) -> None:
        assert process.stdout
        chunk = os.read(process.stdout.fileno(), _CHUNK)
        if not chunk:
            raise ExecutorError(self._death(process, waiting))
        self._read += chunk

    def _next(self, asked: list[str], answered: int) -> bytes | None:
        try:
            return take(self._read)
        except ValueError:
            waiting = asked[answered] if answered < len(asked) else "nothing"
            raise ExecutorError(f"what it says is no response, where {waiting} was asked for") from None

    def _answer(self, body: bytes, asked: str | None) -> Answer:
        try:
            response = Response.FromString(body)
        except Exception:
            raise ExecutorError(f"what it says is no response, where {asked} was asked for") from None
        if asked is None or response.name != asked:
            raise ExecutorError(
                f"it answers out of turn: {response.name} where {asked or 'nothing'} was asked"
            )
        return answer_of(response)

    def _death(self, process: subprocess.Popen[bytes], waiting: str) -> str:
        try:
            status = process.wait(self._patience)
        except subprocess.TimeoutExpired:
            return f"it has closed a pipe, where {waiting} was asked for"
        return f"it has died, with status {status}, where {waiting} was asked for"
