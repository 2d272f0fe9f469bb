"""Through every fault of the way: no patient, no file, no exception's message, and no secret gets out."""

import base64
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from faults.certificates import Authority
from faults.journals import PACE
from faults.oracle import Oracle, Request
from faults.proxy import OPENED, TunnelProxy
from faults.responses import (
    Response,
    accept,
    answer,
    answer_and_close,
    answer_early,
    close_unread,
    drip,
    hang,
    reset_midway,
    say,
)

from telemetry_events import (
    BatchProgressEvent,
    DatadogLogsHandler,
    MissingColumnEvent,
    RedactionKey,
    telemetry_context,
    telemetry_logger,
)

Tally = Callable[[str, int], None]
PATIENT = "DOE^JANE^19700101"
NUMBER = "4170088213"
MESSAGE = "cannot read the study of"
API_KEY = "canary0api0key0canary0api0key000"
SECRET = b"canary of a secret of redaction"
PASSWORD = "canary-of-a-password"  # noqa: S105 (nobody's)
PAIR = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
CANARIES = [PATIENT, PATIENT.replace("^", "_"), NUMBER, MESSAGE, API_KEY, SECRET.decode(), PASSWORD, PAIR]


def echo(status: bytes) -> Response:
    """Say back all that came, in the status line, in a header and in the body."""

    def act(_oracle: Oracle, connection: socket.socket, request: Request) -> bool:
        said = re.sub(rb"[\r\n]+", b" ", request.head + request.json)[:30_000]
        connection.sendall(b"HTTP/1.1 %b %b\r\nX: %b\r\n\r\n%b" % (status, said, said, said))
        return False

    return Response(act=act)


FAULTS = {
    **{
        str(status): answer(status) for status in (200, 204, 302, 400, 401, 403, 404, 407, 413, 429, 500, 503)
    },
    "says all back, with 400": echo(b"400"),
    "says all back, with 500": echo(b"500"),
    "says all back, with no status": echo(b"x"),
    "garbage": say(b"garbage"),
    "resets": reset_midway(),
    "closes": close_unread(),
    "closes after a 202": answer_and_close(202),
    "answers early": answer_early(413),
    "hangs": hang(),
    "drips": drip(accept.bytes, 0.1),
}


def log() -> None:
    """Log what holds all that must not get out."""
    file = f"/data/{PATIENT}/{NUMBER}.dcm"
    with telemetry_context(task_id="task"):
        telemetry_logger.info(MissingColumnEvent(file, "column"))
        try:
            raise ValueError(f"{MESSAGE} {PATIENT}") from OSError(2, "no such file", file)
        except ValueError as error:
            error.add_note(NUMBER)
            telemetry_logger.error(BatchProgressEvent("protocol", 1), exc_info=error)
            telemetry_logger.exception("a text")
    # Not an event that can be encoded: a record of its own goes out in its place.
    telemetry_logger.info(BatchProgressEvent("protocol", 2**80))


def written(directory: Path) -> bytes:
    """Return all that is on disk, with the names that it has."""
    found = []
    for path in sorted(directory.rglob("*")):
        found.append(bytes(path))
        with suppress(FileNotFoundError, IsADirectoryError):  # what was delivered goes meanwhile
            found.append(path.read_bytes())
    return b"\n".join(found)


def assert_silent(everything: bytes) -> None:
    """Assert that no canary is there but the key in its header."""
    rest = everything.replace(f"DD-API-KEY: {API_KEY}\r\n".encode(), b"")
    assert [canary for canary in CANARIES if canary.encode() in rest] == []


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = monotonic() + 10
    while not condition():
        assert monotonic() < end
        sleep(0.005)


@pytest.fixture
def handlers() -> Iterator[list[DatadogLogsHandler]]:
    """Handlers that a test attaches to the logger, which go when it ends."""
    before = telemetry_logger.handlers
    made: list[DatadogLogsHandler] = []
    yield made
    telemetry_logger.handlers = before
    for handler in made:
        handler.close()


def attach(
    handlers: list[DatadogLogsHandler], directory: Path, url: str, **options: object
) -> DatadogLogsHandler:
    """Have the logger deliver to this intake."""
    handler = DatadogLogsHandler(
        directory=directory,
        service="service",
        key=RedactionKey("k1", SECRET),
        intake=url,
        api_key=API_KEY,
        pace=PACE,
        **options,  # type: ignore[arg-type]
    )
    handlers.append(handler)
    telemetry_logger.handlers = [handler]
    return handler


@pytest.mark.parametrize("name", FAULTS)
def test_an_intake_that_is_not_well(
    name: str,
    tmp_path: Path,
    oracle: Oracle,
    handlers: list[DatadogLogsHandler],
    capfd: pytest.CaptureFixture[str],
    tally: Tally,
) -> None:
    """Neither on the wire nor on disk, nor in what is said, while it lasts and when it is over."""
    oracle.usually = FAULTS[name]
    handler = attach(handlers, tmp_path, oracle.url)
    log()
    handler.settle(0.2)
    wait_for(lambda: oracle.requests)
    during = written(tmp_path)
    assert b"h1:k1:" in during + oracle.everything
    oracle.usually = accept
    oracle.released.set()
    handler.settle(10.0)

    # An intake that comes to itself just then may have refused some by themselves before.
    held = b"".join(file.read_bytes() for file in tmp_path.glob("quarantine/*/*"))
    assert len(oracle.accepted) + held.count(b"\n") == 4
    said = capfd.readouterr()
    assert_silent(
        b"\n".join([during, written(tmp_path), oracle.everything, said.err.encode(), said.out.encode()])
    )
    tally("faults without a canary", 1)


def test_a_record_that_is_set_aside(
    tmp_path: Path, oracle: Oracle, handlers: list[DatadogLogsHandler], capfd: pytest.CaptureFixture[str]
) -> None:
    """What is in quarantine is as redacted as all else."""
    oracle.judge = lambda entries: (
        answer(400) if any(b"missing_column" in each for each in entries) else accept
    )
    handler = attach(handlers, tmp_path, oracle.url)
    log()
    assert not handler.settle(10.0)
    (held,) = tmp_path.glob("quarantine/*/*")

    assert b"h1:k1:" in held.read_bytes()
    assert_silent(b"\n".join([written(tmp_path), oracle.everything, capfd.readouterr().err.encode()]))


PROXIES = {
    "opens a tunnel": OPENED,
    "wants another password": f"HTTP/1.1 407 user:{PASSWORD} {PAIR}\r\n\r\n".encode(),
    "refuses": b"HTTP/1.1 403 No\r\n\r\n",
    "says no HTTP": f"{PAIR}\r\n\r\n".encode(),
}


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_on_the_way(
    name: str,
    is_trusted: bool,
    tmp_path: Path,
    handlers: list[DatadogLogsHandler],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy sees nothing but its own password, and its password is seen nowhere else."""
    journals = tmp_path / "journals"
    authority = Authority(tmp_path)
    with Oracle(tls=authority.server()) as oracle, TunnelProxy(PROXIES[name]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@{proxy.address}")
        handler = attach(handlers, journals, oracle.url, ca_file=authority.file if is_trusted else None)
        log()
        is_well = name == "opens a tunnel" and is_trusted
        assert handler.settle(10.0 if is_well else 0.2) == is_well
        wait_for(lambda: proxy.heads)
        handler.close()

        said = capfd.readouterr().err.encode()
        assert_silent(b"\n".join([written(journals), oracle.everything, said]))
        assert f"Basic {PAIR}".encode() in proxy.everything
        assert_silent(proxy.everything.replace(f"Basic {PAIR}".encode(), b""))
        # Nor does it see the records, redacted as they are.
        assert b"h1:k1:" not in proxy.everything
