"""Set-up where records are to be delivered: who delivers, where to, and what a second one changes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from faults.oracle import Oracle
from record.journals import reader

from telemetry_events import (
    BatchProgressEvent,
    DatadogLogsHandler,
    JournalHandler,
    flush_telemetry,
    setup_telemetry,
    shutdown_telemetry,
    telemetry_logger,
)

KEY = "0123456789abcdef0123456789abcdef"
EVENT = BatchProgressEvent("p", 1)
# Seconds: generous, and nowhere near a request's own deadline.
BOUND = 8.0


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the machine's own settings counts, and what was set up ends with the test."""
    for name in list(os.environ):
        if name.startswith(("DD_", "TELEMETRY_EVENTS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TELEMETRY_EVENTS_DIR", str(tmp_path / "journals"))
    (tmp_path / "key").write_text(f"{KEY}\n")
    yield
    shutdown_telemetry(timeout=0)


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake that accepts whatever it is not scripted for."""
    with Oracle() as oracle:
        yield oracle
        assert not oracle.faults


def ours() -> JournalHandler:
    """Return our handler, of which there is one."""
    [handler] = [each for each in telemetry_logger.handlers if isinstance(each, JournalHandler)]
    return handler


# What is given, what the environment says, and who then delivers: a thread, somebody else, or nobody.
WHO: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({}, {}, "nobody"),
    ({}, {"DD_API_KEY": KEY}, "thread"),
    ({}, {"DD_API_KEY": " \n"}, "nobody"),
    ({}, {"DD_API_KEY_FILE": "key"}, "thread"),
    ({}, {"DD_API_KEY_FILE": " "}, "nobody"),
    ({}, {"DD_SITE": "datadoghq.eu"}, "nobody"),
    ({}, {"TELEMETRY_EVENTS_INTAKE": "http://127.0.0.1:1"}, "nobody"),
    ({"api_key": KEY}, {}, "thread"),
    ({"api_key_file": "key"}, {}, "thread"),
    ({"api_key": KEY, "site": "us5.datadoghq.com"}, {}, "thread"),
    ({"api_key": KEY, "intake": "https://intake.example.org"}, {}, "thread"),
    ({"ship": "thread"}, {"DD_API_KEY": KEY}, "thread"),
    ({"ship": "thread"}, {}, "nobody"),
    ({"ship": "thread"}, {"DD_API_KEY": KEY, "TELEMETRY_EVENTS_SHIP": "never"}, "thread"),
    ({}, {"DD_API_KEY": KEY, "TELEMETRY_EVENTS_SHIP": " thread "}, "thread"),
    ({"ship": "none"}, {}, "somebody else"),
    ({"ship": "none"}, {"DD_API_KEY": KEY}, "somebody else"),
    ({"ship": "none"}, {"DD_API_KEY": "not\na key"}, "somebody else"),
    ({}, {"TELEMETRY_EVENTS_SHIP": "none"}, "somebody else"),
    ({}, {"TELEMETRY_EVENTS_SHIP": "none", "DD_API_KEY": KEY}, "somebody else"),
    ({"ship": "never"}, {"DD_API_KEY": KEY}, "nobody"),
    ({"ship": "never", "site": "datadoghq.eu", "api_key": KEY}, {}, "nobody"),
    ({}, {"TELEMETRY_EVENTS_SHIP": "never", "DD_API_KEY": KEY}, "nobody"),
    ({}, {"TELEMETRY_EVENTS_SHIP": " "}, "nobody"),
]


@pytest.mark.parametrize(("given", "environment", "who"), WHO, ids=str)
def test_who_delivers(
    given: dict[str, Any],
    environment: dict[str, str],
    who: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Arguments go before the environment, and where there is a key this process delivers."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    setup_telemetry(**given)
    handler = ours()

    if who == "nobody":
        assert type(handler) is JournalHandler
        return
    assert type(handler) is DatadogLogsHandler
    assert (handler.intake is not None) == (who == "thread")


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ({}, {}, "https://http-intake.logs.datadoghq.com:443/api/v2/logs"),
        (
            {},
            {"DD_SITE": " US5.datadoghq.com\n"},
            "https://http-intake.logs.us5.datadoghq.com:443/api/v2/logs",
        ),
        (
            {"site": "ddog-gov.com"},
            {"DD_SITE": "datadoghq.eu"},
            "https://http-intake.logs.ddog-gov.com:443/api/v2/logs",
        ),
        ({}, {"DD_SITE": "datadoghq.eu", "TELEMETRY_EVENTS_INTAKE": "https://a.b:8/c"}, "https://a.b:8/c"),
        (
            {"site": "a.eu"},
            {"TELEMETRY_EVENTS_INTAKE": "https://b"},
            "https://http-intake.logs.a.eu:443/api/v2/logs",
        ),
        (
            {"intake": "http://localhost:5"},
            {"TELEMETRY_EVENTS_INTAKE": "https://b"},
            "http://localhost:5/api/v2/logs",
        ),
        ({"site": "a.eu", "intake": "http://[::1]:5/"}, {}, "http://[::1]:5/api/v2/logs"),
    ],
    ids=str,
)
def test_where_to(
    given: dict[str, str], environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the intake of the URL that is given, else of the site, else those of the environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    setup_telemetry(api_key=KEY, **given)
    handler = ours()

    assert isinstance(handler, DatadogLogsHandler)
    assert handler.intake
    assert str(handler.intake.endpoint) == expected


def shipper_files(directory: Path) -> list[str]:
    """Return the files in which shippers keep what they have done."""
    return sorted(each.name for each in directory.glob("shipper-*"))


def test_twice_is_once(tmp_path: Path, oracle: Oracle) -> None:
    """With the same arguments nothing changes: neither handler, nor connection, nor what is on disk."""
    options = {"intake": oracle.url, "api_key": KEY}
    setup_telemetry(**options)
    handler = ours()
    telemetry_logger.info(EVENT)
    assert flush_telemetry(BOUND)
    files = shipper_files(tmp_path / "journals")
    for _ in range(3):
        setup_telemetry(**options)
    telemetry_logger.info(EVENT)
    assert flush_telemetry(BOUND)

    assert ours() is handler
    assert shipper_files(tmp_path / "journals") == files
    assert len(oracle.accepted) == 2
    assert oracle.connections == 1


@pytest.mark.parametrize(
    "other",
    [
        {"api_key": "another"},
        {"intake": "http://127.0.0.1:2"},
        {"compression": "none"},
        {"ship": "none"},
        {"ship": "never"},
        {"env": "test"},
    ],
    ids=str,
)
def test_another_configuration_is_another_handler(other: dict[str, Any]) -> None:
    """Whatever of delivery differs, the handler that was in place goes."""
    options: dict[str, Any] = {"intake": "http://127.0.0.1:1", "api_key": KEY}
    setup_telemetry(**options)
    before = ours()
    setup_telemetry(**options | other)

    assert ours() is not before


def test_what_was_recorded_before_another_set_up_is_delivered(oracle: Oracle) -> None:
    """The new thread takes over what the old one has left."""
    setup_telemetry(intake=oracle.url, api_key=KEY)
    for _ in range(50):
        telemetry_logger.info(EVENT)
    setup_telemetry(intake=oracle.url, api_key=KEY, env="test")
    telemetry_logger.info(EVENT)
    end = monotonic() + BOUND
    while len(oracle.accepted) < 51 and monotonic() < end:
        flush_telemetry(1.0)

    assert len(oracle.accepted) == 51


def bare(line: bytes) -> bytes:
    """Return a line without what differs from call to call."""
    return re.sub(rb'"(emitter|timestamp)":"[^"]*",|"seq":[0-9]+,', b"", line)


def test_an_event_takes_the_direct_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past log records, as with a `JournalHandler`, and the bytes are the same as by the other way."""
    lines = reader(tmp_path / "journals")

    def log() -> list[bytes]:
        for level in ("info", "warning", "error", "critical"):
            getattr(telemetry_logger, level)(EVENT)
        try:
            raise KeyError
        except KeyError:
            telemetry_logger.exception(EVENT)
        return [bare(line) for line in lines()]

    setup_telemetry(service="s", ship="never")
    expected = log()
    setup_telemetry(service="s", ship="none")
    telemetry_logger.addFilter(keep := lambda _: True)
    other = log()
    telemetry_logger.removeFilter(keep)
    monkeypatch.setattr(type(telemetry_logger), "makeRecord", None)
    setup_telemetry(service="s", ship="none")
    telemetry_logger.handlers = [ours()]
    direct = [bare(line) for line in (telemetry_logger.info(EVENT), *lines())[1:]]

    assert other[:4] == expected[:4]
    assert direct == expected[:1]
