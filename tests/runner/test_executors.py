"""An executor that does anything but answer is a failure that says what happened."""

import sys
from pathlib import Path
from typing import Any

import pytest
from runner.executors import Executor, ExecutorError
from runner.protocol import Answer, request

PROGRAM = """
import sys, time
sys.path[:0] = {path!r}
from runner.protocol import Request, Response, delimited, take

def say(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()

buffer, count = bytearray(), 0
while chunk := sys.stdin.buffer.read1():
    buffer += chunk
    while (body := take(buffer)) is not None:
        asked, count = Request.FromString(body), count + 1
        right = delimited(Response(name=asked.name, canonical=asked.message))
        {step}
"""


def executor(tmp_path: Path, step: str, end: str = "", patience: float = 30) -> Executor:
    """Return an executor that answers with the message as it is, but for a step of its own."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(path=sys.path, step=step) + end)
    return Executor([sys.executable, program], cwd=tmp_path, patience=patience)


def requests(count: int, size: int = 10) -> list[Any]:
    """Return requests that differ."""
    return [request(f"case-{number}", "t", b"%d" % number * size) for number in range(count)]


@pytest.mark.parametrize(("count", "size"), [(1, 1), (3, 1), (20_000, 10), (40, 1_000_000)])
def test_answers_come_in_order(count: int, size: int, tmp_path: Path) -> None:
    """However many are asked, and however long they are, each request has its answer."""
    asked = requests(count, size)

    with executor(tmp_path, "say(right)") as it:
        answers = list(it.ask_all(asked))

    assert answers == [Answer("canonical", each.message) for each in asked]


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (
            "say(right) if count < 3 else sys.exit(7)",
            "it has died, with status 7, where case-2 was asked for",
        ),
        ("say(right[:-1]) if count == 3 else say(right)", "out of turn|no response|hangs"),
        ("say(right) if count < 3 else time.sleep(60)", "it hangs: no answer to case-2 in 2 s"),
        ("say(right * 2)", "it answers out of turn: case-0 where (case-1|nothing) was asked"),
        ("say(delimited(Response(name='x')))", "it answers out of turn: x where case-0 was asked"),
        ("say(b'\\xff' * 100)", "what it says is no response, where case-0 was asked for"),
        ("print('hello', flush=True)", "what it says is no response|hangs"),
        ("import os; os.close(1); time.sleep(60)", "it has closed a pipe, where case-0 was asked for"),
    ],
)
def test_no_answer(step: str, complaint: str, tmp_path: Path) -> None:
    """One that dies, hangs, answers out of turn or says something else fails with words for it."""
    it = executor(tmp_path, step, patience=2)

    with pytest.raises(ExecutorError, match=complaint):
        list(it.ask_all(requests(5)))


def test_no_such_command(tmp_path: Path) -> None:
    """A missing executor is a failure that says how to build it."""
    with pytest.raises(ExecutorError, match=r"cannot be started \(make executors builds it\): .*nowhere"):
        Executor([tmp_path / "nowhere"], cwd=tmp_path).ask(request("case", "t", b""))


@pytest.mark.parametrize(
    ("end", "complaint"),
    [
        ("sys.exit(3)", "it ends with status 3, and 0 bytes"),
        ("say(b'more')", "it ends with status 0, and 4 bytes that nobody asked for"),
        ("time.sleep(60)", "it does not end with its input"),
    ],
)
def test_a_bad_end(end: str, complaint: str, tmp_path: Path) -> None:
    """One that does not end well, when there is nothing more to ask, fails."""
    it = executor(tmp_path, "say(right)", end, patience=2)
    it.ask(request("case", "t", b""))

    with pytest.raises(ExecutorError, match=complaint):
        it.close()


def test_a_failure_is_one_case(tmp_path: Path) -> None:
    """One that dies of a request is started again for the next, a few times."""
    it = executor(tmp_path, "sys.exit(1) if asked.message == b'deadly' else say(right)")

    for _ in range(2):
        with pytest.raises(ExecutorError, match="status 1"):
            it.ask(request("case", "t", b"deadly"))
        assert it.ask(request("case", "t", b"x")) == Answer("canonical", b"x")
    with pytest.raises(ExecutorError, match="status 1"):
        it.ask(request("case", "t", b"deadly"))
    with pytest.raises(ExecutorError, match=r"not asked again, as it has failed to answer 3 times"):
        it.ask(request("case", "t", b"x"))


def test_a_crash_is_an_answer_that_is_never_right() -> None:
    """What an executor calls a crash, or an empty response, equals no answer that a case takes."""
    assert Answer("crash", "") not in {Answer("canonical", b""), Answer("error", ("", ""))}
