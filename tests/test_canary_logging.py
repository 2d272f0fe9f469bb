"""Whatever a program logs, and however, nothing that may identify a patient leaves it, and no key."""

import dataclasses
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import oracle
import pytest
from record.alone import pytest_runtest_call  # noqa: F401 (a hook)
from record.journals import Journal, recording
from record.program import run
from test_canary import CANARY, SECRET, Revealing, forms
from test_events import EVENTS, sample

from telemetry_events import (
    MissingColumnEvent,
    RedactionKey,
    TaskErrorEvent,
    TelemetryEvent,
    telemetry_context,
    telemetry_logger,
)

# What no byte may show, besides the canary: a record number, an exception's message, and a key.
NUMBER = "4170088213"
MESSAGE = "cannot read the study of"
CANARIES = [CANARY, CANARY.replace("^", "_"), NUMBER, MESSAGE, SECRET.decode()]
SENSITIVE = ("PERSON", "FILE_NAME", "STACK_FRAMES")


def seen(directory: Path, output: str) -> list[str]:
    """Return the canaries that are on disk, in names of files or in what they hold, or in an output."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    everything = b"\n".join([output.encode(), *[bytes(path) + path.read_bytes() for path in files]])
    return [canary for canary in CANARIES if canary.encode() in everything]


def sensitivity(kind: type[TelemetryEvent], field: str) -> str:
    """Return how sensitive a field is, by the schema."""
    message = oracle.message_class(f"telemetry_events.v1.{kind.__name__}").DESCRIPTOR
    return oracle.sensitivity(message.fields_by_name[field])


def is_text(value: object) -> bool:
    """Tell whether a value is a text, or texts, which fields that are not sensitive do tell."""
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(map(is_text, value)))


@pytest.fixture(params=["direct", "other", "beside another", "strict"])
def canary_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A journal with a key; events take the direct way, the other, and one beside a stream of texts."""
    key = RedactionKey("k1", SECRET)
    with recording(tmp_path, key=key, strict=request.param == "strict") as journal:
        if request.param == "other":
            telemetry_logger.addFilter(lambda _: True)
        if request.param == "beside another":
            telemetry_logger.addHandler(logging.StreamHandler())
            telemetry_logger.addHandler(Everything())
        yield journal


class Everything(logging.Handler):
    """A handler that prints all that a log record holds, as those that print JSON do."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        print({name: value for name, value in vars(record).items() if name != "exc_info"})


def log(event: object) -> None:
    """Log an event; print what a strict handler raises, with its traceback, as a test would show it."""
    try:
        telemetry_logger.info(event)
    except ValueError:
        traceback.print_exc()


def test_no_line_holds_a_value(canary_journal: Journal, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever is put into whichever field, neither a record nor a word beside it tells it."""
    for kind in EVENTS:
        for field in [each.name for each in dataclasses.fields(kind) if each.init]:  # type: ignore[arg-type]
            for value in forms():
                if not is_text(value) or sensitivity(kind, field) in SENSITIVE:
                    event = sample(kind)
                    setattr(event, field, value)
                    log(event)

    assert canary_journal.lines()
    assert seen(canary_journal.directory, "".join(capfd.readouterr())) == []


def test_texts_that_cannot_be_had(canary_journal: Journal, capfd: pytest.CaptureFixture[str]) -> None:
    """A text that cannot be formatted is told without its format and its arguments."""

    class Failing:
        def __str__(self) -> str:
            raise type(CANARY, (ValueError,), {})(CANARY)

    telemetry_logger.handlers = telemetry_logger.handlers[:1]  # others print what they like of a text
    for text, argument in (("%d " + CANARY, Revealing()), (CANARY + "%s", Failing()), ("%z", CANARY)):
        telemetry_logger.warning(text, argument)
    telemetry_logger.warning(Failing())

    assert len(canary_journal.lines()) == 4
    assert seen(canary_journal.directory, "".join(capfd.readouterr())) == []


def test_contexts_that_are_no_texts(canary_journal: Journal, capfd: pytest.CaptureFixture[str]) -> None:
    """A context's value that is no text is told nowhere."""
    for value in forms():
        if not isinstance(value, str):
            with telemetry_context(task_id=value, username=value):  # type: ignore[arg-type]
                telemetry_logger.info(sample(EVENTS[0]))

    assert canary_journal.lines()
    assert seen(canary_journal.directory, "".join(capfd.readouterr())) == []


def test_an_event_class_that_is_named_after_data(
    canary_journal: Journal, capfd: pytest.CaptureFixture[str]
) -> None:
    """An event of a class whose name was made at run time is told by the event's own name."""
    telemetry_logger.handlers = telemetry_logger.handlers[:1]  # others print the class, as Python names it
    kind = type(CANARY, (TaskErrorEvent,), {})
    log(kind("t", "p", "u", "E", 7))
    log(kind("t", "p", "u", "E", "f"))

    assert canary_journal.lines()
    assert seen(canary_journal.directory, "".join(capfd.readouterr())) == []


def test_frames_with_text_between_them(canary_journal: Journal, capfd: pytest.CaptureFixture[str]) -> None:
    """Of a stack that a program gives as a text, with all that goes with it, the frames are told."""
    stack = f'Traceback:\n  File "/{CANARY}/a/b.py", line 1, in f\n    read("{NUMBER}")\nError: {MESSAGE}'
    telemetry_logger.error(TaskErrorEvent("t", "p", "u", "ValueError", stack))
    telemetry_logger.error(MissingColumnEvent(f"/data/{CANARY}/{NUMBER}.DCM", "c"))

    error, missing = canary_journal.lines()
    assert b'"stacktrace_frames":"File \\"a/b.py\\", line 1, in f"' in error
    assert b'"file_name":"h1:k1:' in missing
    assert seen(canary_journal.directory, "".join(capfd.readouterr())) == []


# A program in which everything goes wrong, with a patient in it everywhere; it shows what it is told.
PROGRAM = """
import asyncio, logging, logging.handlers, queue, sys, traceback
from telemetry_events import *
from telemetry_events.instrument import *
from telemetry_events.testing import capture_events

NAME, NUMBER, MESSAGE, SECRET = sys.argv[2:6]


def dynamic():
    code = f"def {NAME.replace('^', '_')}(): raise OSError(2, PATH, PATH)\\n{NAME.replace('^', '_')}()"
    exec(compile(code, PATH, "exec"), {"PATH": PATH, "__name__": NAME})


def fail():
    patient, secret = NAME, SECRET
    try:
        dynamic()
    except OSError as error:
        members = [error, type(NAME, (ValueError,), {})(MESSAGE), KeyError(patient)]
        group = type(NAME, (ExceptionGroup,), {})(f"{MESSAGE} {patient}", members)
        group.add_note(NUMBER)
        group.patient = patient
        raise group from UnicodeDecodeError("ascii", patient.encode(), 0, 1, MESSAGE)


def everything():
    for level in ("warning", "critical"):
        try:
            fail()
        except Exception as error:
            log = getattr(telemetry_logger, level)
            for exc_info in (error, True, (type(error), error, error.__traceback__)):
                log(BatchProgressEvent("p", 1), exc_info=exc_info)
                log("text", exc_info=exc_info)
                log(BatchProgressEvent("p", error), exc_info=exc_info)
            for part in error.exceptions:
                telemetry_logger.error(BatchProgressEvent("p", 1), exc_info=part)
            telemetry_logger.exception("text")
            for stack in ("".join(traceback.format_exception(error)), stack_frames(error)):
                telemetry_logger.info(TaskErrorEvent("t", "p", "u", "E", stack))
            print(stack_frames(error))
            if "child" in sys.argv:
                logging.getLogger("telemetry_events.child").exception("text")
    for make in (task, timed, hooked, later):
        try:
            make()
        except Exception:
            pass


def task():
    with observe_task("t", "p", "u", "d", "v"):
        fail()


@log_execution_time
def timed():
    fail()


@log_execution_time
async def coroutine():
    async with observe_task("t", "p", "u", "d", "v"):
        fail()


def later():
    asyncio.run(coroutine())


class Hook(BaseAlgorithmHook):
    def on_run_start(self, algorithm):
        fail()


class Algorithm(AlgorithmHooks):
    hooks = (Hook(), AlgorithmProgress())
    step_info = KeyError(NAME)

    def run(self):
        fail()


def hooked():
    Algorithm().run()


def refused():
    for key in (SECRET, f"Bad:{SECRET}", f"k1 :{SECRET}", [SECRET], SECRET.encode()):
        try:
            setup_telemetry(key=key, directory=sys.argv[1])
        except TelemetryError as error:
            print(error, repr(error))
            traceback.print_exc(file=sys.stdout)
    try:
        RedactionKey("k1", SECRET.encode()).__reduce__()
    except TypeError:
        traceback.print_exc(file=sys.stdout)


PATH = f"/data/{NAME}/{NUMBER}.dcm"
refused()
setup_telemetry(directory=sys.argv[1], key=f"k1:{SECRET}")
print(telemetry_logger.handlers, telemetry_logger.handlers[0].settings)
everything()
setup_telemetry(directory=sys.argv[1])
everything()
with capture_events(strict=False) as captured:
    everything()
    telemetry_logger.info(MissingColumnEvent(PATH, "c"))
print(captured)
[ours] = telemetry_logger.handlers
records = queue.SimpleQueue()
listener = logging.handlers.QueueListener(records, ours)
telemetry_logger.handlers = [logging.handlers.QueueHandler(records)]
listener.start()
"""


ARGUMENTS = [CANARY, NUMBER, MESSAGE, SECRET.decode()]


def test_a_program_in_which_everything_goes_wrong(tmp_path: Path) -> None:
    """Exceptions with causes, notes, groups, locals, dynamic classes and code show nothing, anywhere."""
    output, errors = run(PROGRAM, tmp_path, *ARGUMENTS, "child")

    assert "Captured:" in output
    assert len(list(tmp_path.glob("*/*.jsonl"))) == 2
    assert seen(tmp_path, output + errors) == []


@pytest.mark.parametrize("logger", ["ours alone", "child"])
def test_the_same_program_behind_a_queue(logger: str, tmp_path: Path) -> None:
    """The same holds where another thread writes the records, which a queue has made texts of."""
    output, errors = run(PROGRAM + "everything()\nlistener.stop()\n", tmp_path, *ARGUMENTS, logger)

    assert seen(tmp_path, output + errors) == []


def test_the_key_of_the_environment(tmp_path: Path) -> None:
    """A key of the environment that cannot be used is not shown by the error that ends the program."""
    program = "from telemetry_events import setup_telemetry\nsetup_telemetry()"
    for key in (SECRET.decode(), f"Bad:{SECRET.decode()}", f"key-too-long:{SECRET.decode()}"):
        output, errors = run(program, cwd=tmp_path, status=1, TELEMETRY_EVENTS_KEY=key, HOME=str(tmp_path))
        assert "TelemetryError" in errors
        assert seen(tmp_path, output + errors) == []
