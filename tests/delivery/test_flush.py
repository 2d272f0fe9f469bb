"""How programs wait for delivery, and end with it."""

import logging
import os
from logging.config import dictConfig
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from faults.oracle import Oracle
from faults.responses import answer, hang
from record.journals import reader
from record.program import run

from telemetry_events import (
    BatchProgressEvent,
    DatadogLogsHandler,
    flush_telemetry,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_logger,
)

KEY = "0123456789abcdef0123456789abcdef"
EVENT = BatchProgressEvent("p", 1)
# Seconds: generous, and nowhere near a request's own deadline.
BOUND = 8.0


def test_flush_says_whether_all_was_delivered(oracle: Oracle) -> None:
    """It is so where the intake has accepted all, and then all is there."""
    setup_telemetry(intake=oracle.url, api_key=KEY)
    assert flush_telemetry(BOUND)
    for count in range(1, 4):
        telemetry_logger.info(EVENT)
        assert flush_telemetry(BOUND)
        assert len(oracle.accepted) == count
    [handler] = telemetry_logger.handlers
    assert isinstance(handler, DatadogLogsHandler)
    counters = handler.counters
    assert (counters.accepted, counters.delivered, counters.waiting, counters.refused) == (3, 3, 0, 0)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_flush_says_so_where_it_was_not(status: int, oracle: Oracle) -> None:
    """An intake that does not accept is not waited for longer than is said."""
    oracle.usually = answer(status)
    setup_telemetry(intake=oracle.url, api_key=KEY)
    telemetry_logger.info(EVENT)
    start = monotonic()

    assert not flush_telemetry(0.3)
    assert monotonic() - start < BOUND


def test_flush_says_so_where_a_record_was_set_aside(oracle: Oracle) -> None:
    """What is in quarantine was not delivered."""
    oracle.judge = lambda entries: answer(400 if any(b"poison" in each for each in entries) else 202)
    setup_telemetry(intake=oracle.url, api_key=KEY)
    telemetry_logger.info(EVENT)
    telemetry_logger.info(BatchProgressEvent("poison", 1))
    telemetry_logger.info(EVENT)

    assert not flush_telemetry(BOUND)
    assert len(oracle.accepted) == 2
    telemetry_logger.info(EVENT)
    assert flush_telemetry(BOUND)


@pytest.mark.parametrize("given", [{"ship": "never"}, {"ship": "none"}, {}], ids=str)
def test_flush_where_this_process_does_not_deliver(given: dict[str, Any], tmp_path: Path) -> None:
    """It says whether all is on disk."""
    setup_telemetry(**given)
    telemetry_logger.info(EVENT)

    assert flush_telemetry(0)
    assert len(reader(tmp_path / "journals")()) == 1


def test_flush_without_a_set_up() -> None:
    """Where nothing is recorded, nothing is missing."""
    assert flush_telemetry(0)


@pytest.mark.parametrize("mood", ["hung", "hung, and reads nothing", "gone"])
def test_shutdown_ends(mood: str, tmp_path: Path, oracle: Oracle) -> None:
    """However the intake is, it ends in time, says that not all was delivered, and all is on disk."""
    oracle.usually = hang(is_early="reads" in mood)
    if mood == "gone":
        oracle.close()
    setup_telemetry(intake=oracle.url, api_key=KEY)
    for _ in range(10):
        telemetry_logger.info(EVENT)
    start = monotonic()

    assert not shutdown_telemetry(0.5)
    assert monotonic() - start < BOUND
    assert len(reader(tmp_path / "journals")()) == 10
    telemetry_logger.info(EVENT)
    assert len(reader(tmp_path / "journals")()) == 10


def test_shutdown_delivers(oracle: Oracle) -> None:
    """With the intake well, all is delivered."""
    setup_telemetry(intake=oracle.url, api_key=KEY)
    for _ in range(10):
        telemetry_logger.info(EVENT)

    assert shutdown_telemetry(BOUND)
    assert len(oracle.accepted) == 10
    assert oracle.duplicates == 0


def test_a_handler_that_is_named(oracle: Oracle) -> None:
    """`dictConfig` makes the handler with its arguments, on whatever logger, and it delivers."""
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {
                "datadog": {
                    "class": "telemetry_events.DatadogLogsHandler",
                    "service": "configured",
                    "intake": oracle.url,
                    "api_key": KEY,
                    "compression": "none",
                    "ship": "thread",
                }
            },
            "loggers": {"delivery.of.texts": {"handlers": ["datadog"], "level": "INFO", "propagate": False}},
        }
    )
    logger = logging.getLogger("delivery.of.texts")
    [handler] = logger.handlers
    assert isinstance(handler, DatadogLogsHandler)
    logger.info("a text")
    logger.info(EVENT)
    assert handler.settle(BOUND)
    logger.removeHandler(handler)
    handler.close()

    first, second = oracle.lines.values()
    assert b'"message":"a text"' in first
    assert b'"event":"batch_progress"' in second
    assert b'"service":"configured"' in second


def test_a_program_with_two_variables(oracle: Oracle) -> None:
    """A key and an intake in the environment, and `setup_telemetry()`: that is all that delivery takes."""
    output, errors = run(
        """
        from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

        setup_telemetry()
        for number in range(100):
            telemetry_logger.info(BatchProgressEvent("p", number))
        """,
        DD_API_KEY=KEY,
        TELEMETRY_EVENTS_INTAKE=oracle.url,
        TELEMETRY_EVENTS_DIR=os.environ["TELEMETRY_EVENTS_DIR"],
    )

    assert (output, errors) == ("", "")
    assert len(oracle.accepted) == 100
