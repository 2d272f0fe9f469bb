"""`logging.config` sees our logger and our handler as any other."""

import json
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from record.journals import members, reader
from record.program import run

# Each program prints what it wants to be known as JSON, and journals into the folder it is given.
START = """
    import io
    import json
    import logging
    import logging.config
    import sys
    from logging.config import dictConfig
    from telemetry_events import BatchProgressEvent, JournalHandler
    from telemetry_events import flush_telemetry, setup_telemetry, telemetry_logger

    directory = sys.argv[1]
    ours = {
        "class": "telemetry_events.JournalHandler",
        "service": "configured",
        "directory": directory,
        "tags": ["team:ct"],
        "env": "prod",
        "key": "k1:0123456789abcdef",
        "level": "INFO",
    }

    def log(number):
        telemetry_logger.info(BatchProgressEvent("p", number))
"""


def outcome(program: str, directory: Path) -> tuple[list[dict[str, Any]], Any]:
    """Run a program, which must say nothing on its errors; return its records and what it printed."""
    output, errors = run(dedent(START) + dedent(program), directory)
    assert errors == ""
    return [members(line) for line in reader(directory)()], json.loads(output or "null")


def numbers(records: list[dict[str, Any]]) -> list[int]:
    """Return the numbers that were logged."""
    return [record["batch_number"] for record in records]


def test_a_handler_that_is_named(tmp_path: Path) -> None:
    """Our handler, named in a configuration with its arguments, records events and texts."""
    records, direct = outcome(
        """
        dictConfig({
            "version": 1,
            "handlers": {"journal": ours},
            "loggers": {"telemetry_events": {"handlers": ["journal"], "level": "DEBUG", "propagate": False}},
        })
        log(1)
        telemetry_logger.debug(BatchProgressEvent("p", 2))  # the handler's own level
        telemetry_logger.warning("text")
        print(json.dumps([type(each).__name__ for each in telemetry_logger.handlers]))
        """,
        tmp_path,
    )

    assert [(each["message"], each["service"], each["ddtags"]) for each in records] == [
        ("batch_progress", "configured", "env:prod,team:ct"),
        ("text", "configured", "env:prod,team:ct"),
    ]
    assert direct == ["JournalHandler"]


@pytest.mark.parametrize(
    ("argument", "fault"),
    [
        ({"service": "bad service"}, "service: "),
        ({"key": "hush-hush-hush-hush"}, "key"),
        ({"nonsense": 1}, "nonsense"),
        ({"capacity_bytes": "1"}, "capacity_bytes: "),
    ],
    ids=lambda each: str(each),
)
def test_a_handler_that_is_named_wrongly(argument: dict[str, object], fault: str, tmp_path: Path) -> None:
    """An argument that cannot be used is logging's ValueError about the handler, and shows no key."""
    _, (error, cause) = outcome(
        f"""
        try:
            dictConfig({{"version": 1, "handlers": {{"journal": ours | {argument!r}}}}})
        except ValueError as error:
            print(json.dumps([str(error), str(error.__cause__)]))
        """,
        tmp_path,
    )

    assert error == "Unable to configure handler 'journal'"
    assert fault in cause
    assert "hush" not in cause


def test_an_error_that_is_kept(tmp_path: Path) -> None:
    """Neither a later configuration nor the end of logging stumbles over a handler that could not be made."""
    _, kept = outcome(
        """
        kept = []
        for make in (setup_telemetry, JournalHandler):
            try:
                make(service="bad service", directory=directory)
            except ValueError as error:
                kept.append(error)
        dictConfig({"version": 1})
        logging.shutdown()
        print(json.dumps([str(each).partition(":")[0] for each in kept]))
        """,
        tmp_path,
    )

    assert kept == ["service", "service"]


@pytest.mark.parametrize("disable", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_configured_after_set_up(disable: bool, named: bool, tmp_path: Path) -> None:
    """After a configuration, set-up as before has events recorded, whatever that has disabled or removed."""
    records, counts = outcome(
        f"""
        config = {{"version": 1, "disable_existing_loggers": {disable}}}
        if {named}:
            config["loggers"] = {{"telemetry_events": {{"level": "INFO"}}}}
        setup_telemetry(service="worker", directory=directory)
        counts = []
        for number in range(3):
            log(2 * number)
            dictConfig(config)
            setup_telemetry(service="worker", directory=directory)
            log(2 * number + 1)
            counts.append([type(each).__name__ for each in telemetry_logger.handlers])
        print(json.dumps(counts))
        """,
        tmp_path,
    )

    assert sorted(numbers(records)) == [0, 1, 2, 3, 4, 5]
    assert counts == [["JournalHandler"]] * 3


@pytest.mark.parametrize("disable", [True, False])
def test_configured_twice(disable: bool, tmp_path: Path) -> None:
    """A configuration that names our handler may come twice; each handler's records are there."""
    records, _ = outcome(
        f"""
        for number in range(2):
            dictConfig({{
                "version": 1,
                "disable_existing_loggers": {disable},
                "handlers": {{"journal": ours}},
                "loggers": {{"telemetry_events": {{"handlers": ["journal"]}}}},
            }})
            log(number)
        """,
        tmp_path,
    )

    assert sorted(numbers(records)) == [0, 1]
    assert len({record["emitter"] for record in records}) == 2


def test_not_named_and_not_disabled(tmp_path: Path) -> None:
    """A configuration that neither names nor disables our logger changes nothing."""
    records, _ = outcome(
        """
        setup_telemetry(service="worker", directory=directory)
        log(1)
        dictConfig({"version": 1, "disable_existing_loggers": False, "root": {"level": "DEBUG"}})
        log(2)
        lines = ["[loggers]", "keys=root", "[handlers]", "keys=", "[formatters]", "keys="]
        lines += ["[logger_root]", "handlers="]
        logging.config.fileConfig(io.StringIO("\\n".join(lines)), disable_existing_loggers=False)
        log(3)
        """,
        tmp_path,
    )

    assert numbers(records) == [1, 2, 3]
    assert [record["seq"] for record in records] == [1, 2, 3]


def test_an_incremental_configuration(tmp_path: Path) -> None:
    """An incremental configuration changes levels and leaves the handler."""
    records, _ = outcome(
        """
        setup_telemetry(service="worker", directory=directory)
        telemetry_logger.handlers[0].name = "journal"
        levels = [("ERROR", "NOTSET"), ("INFO", "ERROR"), ("INFO", "NOTSET")]
        for number, (level, of_handler) in enumerate(levels):
            dictConfig({
                "version": 1,
                "incremental": True,
                "loggers": {"telemetry_events": {"level": level}},
                "handlers": {"journal": {"level": of_handler}},
            })
            log(number)
        """,
        tmp_path,
    )

    assert numbers(records) == [2]


def test_handlers_that_a_configuration_has_added_stay(tmp_path: Path) -> None:
    """Set-up after a configuration adds our handler beside those that the configuration has added."""
    records, found = outcome(
        """
        dictConfig({
            "version": 1,
            "handlers": {"stream": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
            "loggers": {"telemetry_events": {"handlers": ["stream"], "propagate": True}},
        })
        setup_telemetry(service="worker", directory=directory)
        telemetry_logger.info('"text"')
        """,
        tmp_path,
    )

    assert found == "text"
    assert [record["message"] for record in records] == ['"text"']


@pytest.mark.skipif(sys.version_info < (3, 12), reason="dictConfig makes listeners from Python 3.12 on")
def test_a_queue_that_a_configuration_makes(tmp_path: Path) -> None:
    """Behind a queue and a listener of a configuration, events are recorded as they were logged."""
    records, _ = outcome(
        """
        queue = {"handlers": ["journal"], "respect_handler_level": True}
        dictConfig({
            "version": 1,
            "handlers": {
                "journal": ours,
                "queue": queue | {"class": "logging.handlers.QueueHandler"},
            },
            "loggers": {"telemetry_events": {"handlers": ["queue"], "level": "DEBUG"}},
        })
        listener = logging.getHandlerByName("queue").listener
        listener.start()
        for number in range(100):
            log(number)
        telemetry_logger.debug(BatchProgressEvent("p", 0))
        listener.stop()
        """,
        tmp_path,
    )

    assert numbers(records) == list(range(100))


def test_the_end_of_logging_and_on(tmp_path: Path) -> None:
    """After logging.shutdown, also twice, events are recorded on, by the same emitter."""
    records, _ = outcome(
        """
        setup_telemetry(service="worker", directory=directory)
        for number in range(3):
            log(number)
            logging.shutdown()
        log(3)
        assert flush_telemetry()
        """,
        tmp_path,
    )

    assert numbers(records) == [0, 1, 2, 3]
    assert [record["seq"] for record in records] == [1, 2, 3, 4]
