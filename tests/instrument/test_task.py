"""`observe_task` brackets a task with its events, and adds nothing else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from record.journals import Journal, members

from telemetry_events import BatchProgressEvent, EncodeError, telemetry_context, telemetry_logger
from telemetry_events.context import EMPTY, current_context
from telemetry_events.instrument import observe_task, stack_frames
from telemetry_events.testing import capture_events

TASK = ("t-1", "pod-7", "dr.jones", "DICOMSource", "1.4.2")
NAMES = ["task_id", "pod_name", "modeller_username", "datasource_type", "app_version"]


@pytest.fixture(autouse=True)
def no_context() -> Iterator[None]:
    """Leave no context to the next test."""
    yield
    current_context.set(EMPTY)


def log() -> None:
    """Log an event."""
    telemetry_logger.info(BatchProgressEvent("p", 1))


def test_a_task_that_completes(journal: Journal) -> None:
    """A task that completes is accepted and complete, and each record within it carries task and user."""
    with observe_task(**dict(zip(NAMES, TASK, strict=True))):
        log()
    log()

    accepted, within, complete, outside = journal.records()
    assert [accepted[name] for name in NAMES] == list(TASK)
    assert (accepted["event"], accepted["status"]) == ("task_accepted", "info")
    assert (within["task_id"], within["username"]) == ("t-1", "dr.jones")
    assert (complete["event"], complete["status"]) == ("task_complete", "info")
    assert [complete[name] for name in NAMES[:3]] == list(TASK[:3])
    assert accepted["datetime"] <= accepted["timestamp"] <= complete["datetime"] <= complete["timestamp"]
    assert not outside.keys() & {"task_id", "username"}


class OwnError(Exception):
    """An exception of a module."""


def fail() -> None:
    """Raise, with much that may not be told."""
    patient = "DOE^JANE"
    error = OwnError(patient)
    error.add_note(patient)
    raise error from KeyError(patient)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["with", "async with"])
def test_a_task_that_fails(asynchronous: bool, journal: Journal) -> None:
    """A task that fails tells the exception's class and frames, and the exception goes on as it came."""

    def task() -> None:
        with observe_task(*TASK):
            log()
            fail()

    async def task_later() -> None:
        async with observe_task(*TASK):
            log()
            fail()

    with pytest.raises(OwnError) as caught:
        asyncio.run(task_later()) if asynchronous else task()
    log()

    lines = journal.lines()
    _, record, error, after = map(members, lines)
    assert b"DOE" not in b"".join(lines)
    assert (error["event"], error["status"]) == ("task_error", "error")
    assert error["error_type"] == f"{__name__}.OwnError"
    assert error["stacktrace_frames"] == frames_within(caught.value)
    assert [error[name] for name in NAMES[:3]] == list(TASK[:3])
    assert (record["task_id"], "task_id" in after) == ("t-1", False)
    assert caught.value.__context__ is None or isinstance(caught.value.__context__, KeyError)


def frames_within(error: BaseException) -> str:
    """Return the frames that the exception had gone through when it left the block: the last two."""
    return "\n".join(stack_frames(error).split("\n")[-2:])


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), SystemExit(0), asyncio.CancelledError(), GeneratorExit()], ids=repr
)
def test_a_task_that_is_stopped(error: BaseException, journal: Journal) -> None:
    """A task that is interrupted, cancelled or exited has failed too."""
    with pytest.raises(type(error)) as caught, observe_task(*TASK):
        raise error

    assert caught.value is error
    kinds = [record.get("error_type") for record in journal.records()]
    assert kinds[0] is None
    assert kinds[1] in (type(error).__name__, f"{type(error).__module__}.{type(error).__qualname__}")


def test_a_task_within_a_context(journal: Journal) -> None:
    """A task adds to the context around it, and blocks within it override its own."""
    with telemetry_context(run_id="r", task_id="outer"), observe_task(*TASK):
        with telemetry_context(username="another"):
            log()
        log()

    records = [record for record in journal.records() if record["event"] == "batch_progress"]
    assert [(each["run_id"], each["task_id"], each["username"]) for each in records] == [
        ("r", "t-1", "another"),
        ("r", "t-1", "dr.jones"),
    ]


def test_one_that_is_used_again(journal: Journal) -> None:
    """One object may bracket several runs of its task, one after the other and one within the other."""
    task = observe_task(*TASK)
    with task:
        log()
    with task, task:
        log()
    log()

    records = journal.records()
    assert [record["event"] for record in records].count("task_accepted") == 3
    assert [record["event"] for record in records].count("task_complete") == 3
    assert ["task_id" in record for record in records if record["event"] == "batch_progress"] == [
        True,
        True,
        False,
    ]


def test_tasks_side_by_side(journal: Journal) -> None:
    """Tasks of asyncio that run side by side keep their records apart."""

    async def work(name: str) -> None:
        async with observe_task(name, *TASK[1:]):
            await asyncio.sleep(0)
            telemetry_logger.info(BatchProgressEvent(name, 1))
            await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*[work(str(number)) for number in range(5)])

    asyncio.run(main())

    records = [record for record in journal.records() if record["event"] == "batch_progress"]
    assert [record["task_id"] for record in records] == [record["protocol_name"] for record in records]
    assert len(records) == 5


def test_what_is_given_wrongly(journal: Journal) -> None:
    """Arguments of the wrong type change nothing for the task: records name the faults, without values."""
    with observe_task(b"DOE", "pod", 5, "d", "v"):  # type: ignore[arg-type]
        log()

    lines = journal.lines()
    assert b"DOE" not in b"".join(lines)
    messages = [line.split(b'"message":"')[1].split(b'"')[0] for line in lines]
    assert messages.count(b"batch_progress") == 1
    assert set(messages) == {b"batch_progress", b"telemetry_invalid"}


def test_what_goes_wrong_with_telemetry_stays_there(journal: Journal) -> None:
    """A filter that raises changes nothing for the task, nor for the exception that leaves it."""

    def refuse(_: Any) -> bool:
        raise RuntimeError("of the filter")

    telemetry_logger.addFilter(refuse)
    with pytest.raises(OwnError), observe_task(*TASK):
        raise OwnError
    telemetry_logger.filters = []
    log()

    [record] = journal.records()
    assert "task_id" not in record


def test_a_task_that_a_strict_test_refuses(journal: Journal) -> None:
    """Where events are captured strictly, a task that cannot be told is an error, and leaves no context."""
    with (
        capture_events(),
        pytest.raises(EncodeError, match="datasource_type"),
        observe_task("t", "p", "u", 5, "v"),
    ):  # type: ignore[arg-type]
        pytest.fail("the block was entered")
    log()

    [record] = journal.records()
    assert not record.keys() & {"task_id", "username"}


def test_what_the_block_gets() -> None:
    """The block gets the object itself, of either kind."""
    task = observe_task(*TASK)

    async def main() -> Any:
        async with task as given:
            return given

    with task as given:
        assert given is task
    assert asyncio.run(main()) is task
