"""Our logger is a logger like any other, and silent until it is set up."""

import copy
import json
import logging
import pickle
from pathlib import Path

import pytest
from record.journals import Journal, members, reader
from record.program import run
from test_events import EVENTS, sample

from telemetry_events import (
    BatchProgressEvent,
    flush_telemetry,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_logger,
)
from telemetry_events.message import EVENT_TYPES


def test_it_is_the_one_of_its_name() -> None:
    """Our logger is what getLogger returns for its name, and what its pickle and its copy are."""
    assert telemetry_logger is logging.getLogger("telemetry_events")
    assert isinstance(telemetry_logger, logging.Logger)
    assert pickle.loads(pickle.dumps(telemetry_logger)) is telemetry_logger
    assert copy.copy(telemetry_logger) is copy.deepcopy(telemetry_logger) is telemetry_logger
    assert telemetry_logger.name == "telemetry_events"
    assert repr(telemetry_logger) == "<TelemetryLogger telemetry_events (INFO)>"
    assert logging.getLogger("telemetry_events.x").parent is telemetry_logger
    assert type(logging.getLogger("telemetry_events.x")) is type(logging.getLogger("another"))
    assert not telemetry_logger.propagate


def test_all_events_take_the_direct_way() -> None:
    """Each event that is exported is known to the logger as one."""
    assert set(EVENTS) <= EVENT_TYPES


def test_it_may_be_got_before_the_package(tmp_path: Path) -> None:
    """A logger that was got, and configured, before the package was imported is ours, as configured."""
    output, errors = run(
        """
        import json, logging, sys

        class Special(logging.Logger):
            def __init__(self, *args):
                super().__init__(*args)
                self.more = 1

        logging.setLoggerClass(Special)
        early = logging.getLogger("telemetry_events")
        child = logging.getLogger("telemetry_events.child")
        early.setLevel(logging.WARNING)
        stream = logging.StreamHandler(sys.stdout)
        early.addHandler(stream)

        from telemetry_events import setup_telemetry, telemetry_logger

        assert telemetry_logger is early and early.more == 1
        assert type(logging.getLogger("another")) is Special
        early.info("one")
        early.warning("two")
        setup_telemetry(directory=sys.argv[1])
        child.warning("three")
        early.setLevel(logging.NOTSET)
        """,
        tmp_path,
    )

    assert (output, errors) == ("two\nthree\n", "")
    assert [members(line)["message"] for line in reader(tmp_path)()] == ["three"]


def test_it_is_silent_before_it_is_set_up(tmp_path: Path) -> None:
    """Before set-up everything is discarded, at each level, without a word and without a file."""
    output, errors = run(
        """
        import logging, warnings
        from telemetry_events import *
        from telemetry_events import v1
        from telemetry_events.instrument import log_execution_time, observe_task

        def log():
            for what in (BatchProgressEvent("p", 1), BatchProgressEvent("p", "1"), "text", "%d", None):
                for level in ("debug", "info", "warning", "error", "critical", "fatal", "exception"):
                    getattr(telemetry_logger, level)(what)
                telemetry_logger.log(35, what, exc_info=True, stack_info=True)
                logging.getLogger("telemetry_events.child").error(what)
            with telemetry_context(task_id=1), observe_task("t", "p", "u", "d", "v"):
                log_execution_time(print)(end="")

        log()
        assert flush_telemetry() and shutdown_telemetry()
        log()
        logging.shutdown()
        log()
        """,
        cwd=tmp_path,
        XDG_STATE_HOME=str(tmp_path),
        HOME=str(tmp_path),
    )

    assert (output, errors) == ("", "")
    assert list(tmp_path.rglob("*")) == []


def test_set_up_again_as_before(journal: Journal) -> None:
    """Set-up with the same arguments changes nothing: the same handler, the same emitter, the next number."""
    [handler] = telemetry_logger.handlers
    for number in range(3):
        setup_telemetry(service="worker", hostname="pod-7", directory=journal.directory)
        telemetry_logger.info(BatchProgressEvent("p", number))

    assert telemetry_logger.handlers == [handler]
    assert [(each["seq"], each["batch_number"]) for each in journal.records()] == [(1, 0), (2, 1), (3, 2)]


def test_set_up_again_differently(journal: Journal) -> None:
    """Set-up with other arguments leaves the journal for a new one, and nothing is lost or twice."""
    for number in range(3):
        setup_telemetry(service=f"service-{number}", directory=journal.directory)
        telemetry_logger.info(BatchProgressEvent("p", number))

    records = sorted(journal.records(), key=lambda record: record["batch_number"])
    assert [(each["service"], each["seq"]) for each in records] == [(f"service-{n}", 1) for n in range(3)]
    assert len(telemetry_logger.handlers) == 1


def test_set_up_that_fails(journal: Journal) -> None:
    """Set-up with arguments that cannot be used leaves what was set up."""
    before = telemetry_logger.handlers
    with pytest.raises(ValueError, match="service"):
        setup_telemetry(service="bad service")
    telemetry_logger.info(BatchProgressEvent("p", 1))

    assert telemetry_logger.handlers is before
    assert [record["service"] for record in journal.records()] == ["worker"]


def test_shut_down_and_set_up_again(journal: Journal) -> None:
    """What is logged behind a shutdown is discarded, and recorded again after another set-up."""
    telemetry_logger.info(BatchProgressEvent("p", 1))
    assert shutdown_telemetry()
    telemetry_logger.info(BatchProgressEvent("p", 2))
    assert shutdown_telemetry()
    setup_telemetry(directory=journal.directory)
    telemetry_logger.info(BatchProgressEvent("p", 3))
    assert flush_telemetry()

    assert sorted(record["batch_number"] for record in journal.records()) == [1, 3]


def test_the_programs_own_handlers_stay(journal: Journal, tmp_path: Path) -> None:
    """Set-up and shutdown leave the handlers that the program has added, in their order."""
    first, second = logging.FileHandler(tmp_path / "first", delay=True), logging.StreamHandler()
    telemetry_logger.addHandler(first)
    telemetry_logger.addHandler(second)
    setup_telemetry(service="another", directory=journal.directory)
    assert telemetry_logger.handlers[1:] == [first, second]
    shutdown_telemetry()
    assert [each for each in telemetry_logger.handlers if type(each) is not logging.NullHandler] == [
        first,
        second,
    ]


def test_a_journal_of_the_programs_own_stays(journal: Journal, tmp_path: Path) -> None:
    """A handler of ours that the program has added itself is the program's, and stays too."""
    own = type(telemetry_logger.handlers[0])(directory=tmp_path / "own", service="audit")
    telemetry_logger.addHandler(own)
    setup_telemetry(service="another", directory=journal.directory)
    telemetry_logger.info(BatchProgressEvent("p", 1))
    own.close()

    assert own in telemetry_logger.handlers
    assert [members(line)["service"] for line in reader(tmp_path / "own")()] == ["audit"]


def test_all_journals_are_flushed(journal: Journal, tmp_path: Path) -> None:
    """A flush is one of each journal that our logger writes to, whoever has added it."""
    own = type(telemetry_logger.handlers[0])(directory=tmp_path / "own")
    telemetry_logger.addHandler(own)
    flushed: list[bool] = []
    own.journal.flush = lambda: bool(flushed.append(True))  # type: ignore[method-assign]

    assert not flush_telemetry()
    assert flushed == [True]
    telemetry_logger.removeHandler(own)
    assert flush_telemetry()
    assert journal.lines() == []


def test_one_event_of_each_type(journal: Journal) -> None:
    """Every event of the schema is recorded under its name, which is its message."""
    for kind in EVENTS:
        telemetry_logger.info(sample(kind))

    records = journal.records()
    assert [record["event"] for record in records] == [record["message"] for record in records]
    names = [record["event"].replace("_", "") for record in records]
    assert names == [kind.__name__.removesuffix("Event").lower() for kind in EVENTS]


def test_keyword_arguments(journal: Journal) -> None:
    """An event may be given by the name that logging has for it."""
    telemetry_logger.info(msg=BatchProgressEvent("p", 1))
    telemetry_logger.log(level=40, msg=BatchProgressEvent("p", 2))
    telemetry_logger.warning("%s", "text", extra={"patient": "DOE"}, stack_info=True, exc_info=None)

    records = journal.records()
    assert [record["status"] for record in records] == ["info", "error", "warn"]
    assert "DOE" not in json.dumps(records)
    with pytest.raises(TypeError):
        telemetry_logger.info("text", patient="DOE")
