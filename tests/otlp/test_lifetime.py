"""The handler's thread, its connection and its configuration: from when, until when, and whose they are."""

import logging
import sys
from pathlib import Path

import pytest
from cli.shipments import eventually
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, get_value
from otlp.conftest import PACE, Make
from otlp.receiver import Receiver
from otlp.test_delivery import DEADLINE, log
from otlp.test_programs import SET_UP, run

from telemetry_events.delivery import Pace
from telemetry_events.otlp.sender import BATCH

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="nobody says here how many threads there are"
)
NEVER = 3600.0


@needs_proc
def test_it_has_a_thread_from_the_first_record_until_it_is_closed(receiver: Receiver) -> None:
    """There is no thread before the first record, one then, and none any more when it is closed."""
    code = (
        SET_UP
        + """
    from time import monotonic, sleep

    def threads():
        return len(os.listdir("/proc/self/task"))

    # OpenTelemetry looks for what describes the process in threads, which may take a moment to be gone.
    deadline = monotonic() + 20
    while threads() > 1 and monotonic() < deadline:
        sleep(0.01)
    found = [threads()]
    telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
    found.append(threads())
    handler.close()
    found.append(threads())
    print(found)
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert (done.stdout, done.stderr) == ("[1, 2, 1]\n", "")
    assert len(receiver.records) == 1


@needs_proc
def test_it_has_no_thread_at_a_fork(receiver: Receiver) -> None:
    """A process that forks has no thread of the handler's at that moment, and one again afterwards."""
    code = (
        """
    import os

    found = []
    # What was registered first is called last before a fork.
    os.register_at_fork(before=lambda: found.append(len(os.listdir("/proc/self/task"))))
    """
        + SET_UP
        + """
    def send():
        telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
        assert handler.settle(20)
        found.append(len(os.listdir("/proc/self/task")))

    send()
    if not os.fork():
        os._exit(0)
    send()
    print(found)
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert (done.stdout, done.stderr) == ("[2, 1, 2]\n", "")


def test_a_child_has_its_own_connection(receiver: Receiver) -> None:
    """A forked child sends by a connection of its own, and its parent goes on by the one that it had."""
    code = (
        SET_UP
        + """
    def send():
        telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
        assert handler.settle(20)

    send()
    child = os.fork()
    if not child:
        send()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    send()
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")
    parent, child, again = receiver.clients

    assert (done.returncode, done.stderr) == (0, "")
    assert parent == again != child


def test_a_child_of_a_closed_handler(receiver: Receiver) -> None:
    """What was closed when its process forked is closed in the child: nothing is sent, and it is counted."""
    code = (
        SET_UP
        + """
    handler.close()
    child = os.fork()
    if not child:
        telemetry_logger.info(BatchProgressEvent("p", batch_number=1))
        handler.settle(20)
        os._exit(handler.counters.refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    """
    )
    done = run(code, f"{receiver.url}/v1/logs")

    assert (done.returncode, receiver.requests) == (0, 0)
    assert done.stderr == "telemetry-events: records are missing: the handler is closed\n"


def is_idle() -> bool:
    """Tell whether the thread waits, and is at no delivery."""
    codes = [frame.f_code for frame in sys._current_frames().values()]
    return any(code.co_name == "_run" and code.co_filename.endswith("delivery/thread.py") for code in codes)


def test_what_fills_a_request_is_sent_at_once(make: Make, receiver: Receiver) -> None:
    """As many records as a request takes do not wait for more."""
    handler = make(pace=Pace(linger=NEVER))
    log(1)
    assert handler.settle(DEADLINE)
    eventually(is_idle)
    # Of these it may leave what fills no request.
    log(2 * BATCH)

    assert receiver.wait_for(lambda found: len(found) > BATCH, DEADLINE)


def test_flush_sends(make: Make, receiver: Receiver) -> None:
    """What logging calls before a program ends, `flush`, sends what waits."""
    handler = make(pace=Pace(linger=NEVER))
    log(1)
    assert handler.settle(DEADLINE)
    eventually(is_idle)
    log(2)
    handler.flush()

    assert len(receiver.records) == 3


def test_a_configuration_says_all(receiver: Receiver) -> None:
    """A dictConfig may say whatever the handler takes, and its level; the next one has closed it by then."""
    code = """
    import logging.config
    import sys
    from telemetry_events import telemetry_logger

    otlp = {
        "class": "telemetry_events.otlp.OTLPHandler",
        "level": "WARNING",
        "capacity": 3,
        "service": "worker",
        "tags": ["site:north"],
        "endpoint": sys.argv[1],
        "headers": {"x-team": "imaging"},
        "timeout": 10,
    }
    logger = {"handlers": ["otlp"], "level": "INFO"}
    config = {"version": 1, "handlers": {"otlp": otlp}, "loggers": {"telemetry_events": logger}}
    logging.config.dictConfig(config)
    telemetry_logger.info("not this")
    telemetry_logger.warning("first")
    logging.config.dictConfig({"version": 1})
    print(len(telemetry_logger.handlers), flush=True)
    """
    done = run(code, f"{receiver.url}/v1/logs", **dict.fromkeys(("DD_SERVICE", "DD_ENV"), ""))

    assert (done.returncode, done.stderr) == (0, "")
    assert receiver.headers["x-team"] == "imaging"
    assert [record.body for record in receiver.records] == ["first"]
    assert receiver.records[0].attributes["ddtags"] == "site:north"


def test_the_thread_is_told_that_this_is_telemetry(make: Make) -> None:
    """While it sends, what is instrumented sees that it is not to trace that."""
    found: list[object] = []

    def see(_: logging.LogRecord) -> bool:
        found.append(get_value(_SUPPRESS_INSTRUMENTATION_KEY))
        return True

    logger = logging.getLogger("urllib3.connectionpool")
    logger.addFilter(see)
    logger.setLevel(logging.DEBUG)
    try:
        handler = make(pace=PACE)
        log(1)
        assert handler.settle(DEADLINE)
    finally:
        logger.removeFilter(see)
        logger.setLevel(logging.NOTSET)

    assert found
    assert set(found) == {True}
