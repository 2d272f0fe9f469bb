"""What whole programs see of the handler: how they fork, end, and log what they are made of."""

import logging
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from time import monotonic

import pytest
from otlp.conftest import Make
from otlp.receiver import Receiver

from telemetry_events import BatchProgressEvent, TelemetryError, telemetry_logger

DEADLINE = 60
SET_UP = """
    import os
    import sys
    from telemetry_events import BatchProgressEvent, telemetry_logger
    from telemetry_events.otlp import OTLPHandler

    handler = OTLPHandler(service="worker", endpoint=sys.argv[1], timeout=1)
    telemetry_logger.addHandler(handler)
"""


def run(code: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
        env=os.environ | environment,
    )


def test_what_a_program_logged_is_sent_at_its_end(receiver: Receiver) -> None:
    """A program that ends at once has sent all that it has logged."""
    code = (
        SET_UP
        + """
    for number in range(1000):
        telemetry_logger.info(BatchProgressEvent("p", batch_number=number))
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [record.attributes["seq"] for record in receiver.records] == list(range(1, 1001))


def test_a_program_ends_where_nobody_listens(receiver: Receiver) -> None:
    """It ends, with its own status, and standard error says what is lost."""
    receiver.answer = lambda _: 503
    code = (
        SET_UP
        + """
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    sys.exit(3)
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert (done.returncode, done.stdout) == (3, "")
    assert "1 records were not sent, and are lost" in done.stderr


def test_a_program_ends_where_nobody_answers() -> None:
    """A receiver that takes a request and never answers holds the end up once, for five seconds."""
    code = (
        SET_UP.replace("timeout=1", "timeout=60")
        + """
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    """
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = monotonic()
        done = run(code, f"http://127.0.0.1:{silent.getsockname()[1]}/v1/logs")
        seconds = monotonic() - begun

    assert "1 records were not sent, and are lost" in done.stderr
    assert seconds < 9, "it was waited for twice"


def test_a_program_that_ends_after_a_failure_tries_again(receiver: Receiver) -> None:
    """A program that ends just after a failure waits for the next try, and has sent what it has logged."""
    receiver.answer = lambda _: 401 if receiver.requests == 1 else 200
    pace = "timeout=1, pace=Pace(first=4.0, longest=4.0, hold=4.0)"
    code = (
        "    from telemetry_events.delivery import Pace"
        + SET_UP.replace("timeout=1", pace)
        + """
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    while not handler.counters.retried:
        handler.settle(0.1)
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert done.returncode == 0
    assert "lost" not in done.stderr
    assert [record.attributes["seq"] for record in receiver.records] == [1]


def test_a_child_has_its_own(receiver: Receiver) -> None:
    """A forked child is another emitter: it sends what it logs, and nothing of what waited in its parent."""
    code = (
        SET_UP
        + """
    def log(name):
        for number in range(100):
            telemetry_logger.info(BatchProgressEvent(name, batch_number=number))

    log("parent")
    children = []
    for name in ("first", "second"):
        child = os.fork()
        if not child:
            log(name)
            done = handler.settle(20)
            os._exit(not done)
        children.append(child)
    log("parent")
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")
    found: dict[str, list[int]] = {}
    emitters: dict[str, set[str]] = {}
    for record in receiver.records:
        name = record.attributes["protocol_name"]
        emitters.setdefault(name, set()).add(record.attributes["emitter"])
        found.setdefault(name, []).append(record.attributes["seq"])

    assert (done.returncode, done.stderr) == (0, "")
    assert [len(each) for each in emitters.values()] == [1, 1, 1]
    assert len(set.union(*emitters.values())) == 3
    assert found == {
        "parent": list(range(1, 201)),
        "first": list(range(1, 101)),
        "second": list(range(1, 101)),
    }


def test_what_sending_logs_is_not_sent(make: Make, receiver: Receiver) -> None:
    """As the handler of all loggers, at level DEBUG, it sends nothing of what the exporter itself logs."""
    receiver.answer = lambda _: 503
    handler = make()
    telemetry_logger.handlers = []
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        root.debug("one")
        with receiver.changed:
            assert receiver.changed.wait_for(lambda: receiver.requests > 5, DEADLINE)
        receiver.answer = lambda _: 200
        handler.settle(20)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

    assert [record.body for record in receiver.records] == ["one"]
    assert handler.counters.accepted == 1


def test_the_environment_says_where(receiver: Receiver) -> None:
    """Named in a dictConfig, it takes what OpenTelemetry's variables say, and needs no directory."""
    code = """
    import logging.config
    from telemetry_events import BatchProgressEvent, telemetry_logger

    otlp = {"class": "telemetry_events.otlp.OTLPHandler"}
    logger = {"handlers": ["otlp"], "level": "INFO"}
    logging.config.dictConfig(
        {"version": 1, "handlers": {"otlp": otlp}, "loggers": {"telemetry_events": logger}}
    )
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    """
    done = run(
        code,
        DD_SERVICE="worker",
        HOME="/nowhere",
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS="x-team=imaging",
        OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
        OTEL_RESOURCE_ATTRIBUTES="k8s.pod.name=worker-7",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert receiver.headers["x-team"] == "imaging"
    assert receiver.headers["content-encoding"] == "gzip"
    (record,) = receiver.records
    assert record.resource["service.name"] == "worker"
    assert record.resource["k8s.pod.name"] == "worker-7"


def test_without_the_package_it_says_so(tmp_path: Path) -> None:
    """Where the exporter is not installed, importing the module says what to install."""
    done = run("import sys; sys.modules['requests'] = None; import telemetry_events.otlp")

    assert done.stderr.endswith("requests is missing: pip install 'telemetry-events[otlp]'\n"), tmp_path


@pytest.mark.parametrize(
    "options",
    [{"capacity": 0}, {"service": ""}, {"timeout": "soon"}, {"certificate_file": "/nowhere"}],
    ids=str,
)
def test_what_cannot_be_used_is_an_error(options: dict[str, object], make: Make) -> None:
    """What cannot be used is an error at once, and not at the first event."""
    with pytest.raises(TelemetryError):
        make(**options)
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
