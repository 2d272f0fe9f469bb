"""What a network and a server that is not well do to a request, and what becomes of the records."""

import gzip
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from faults.journals import KEY, Shippers, leave, record
from faults.oracle import Oracle
from faults.responses import (
    Response,
    accept,
    answer,
    answer_and_close,
    answer_early,
    close_unread,
    drip,
    hang,
    read_slowly,
    reset_midway,
    say,
)

from telemetry_events.delivery import Intake
from telemetry_events.delivery.outcome import Outcome

# A body that no buffer of a socket takes whole: what is random is not compressed.
LARGE = b"[" + Random(1).randbytes(4_700_000).hex().encode()[:4_700_000] + b"]"  # noqa: S311
DEADLINE = 0.3
# Far more than that, and far less than for ever.
PATIENCE = 5.0


@pytest.fixture
def intake(oracle: Oracle) -> Iterator[Intake]:
    """The client of the oracle, which does not compress."""
    intake = Intake.find(url=oracle.url, api_key=KEY, compression="none")
    yield intake
    intake.close()


CUT = "the connection was closed"
NO_HTTP = "the answer is not HTTP"
NO_ANSWER = {
    "hangs": (hang(), "no answer in time"),
    "hangs, and reads nothing": (hang(is_early=True), "no answer in time"),
    "reads slowly": (read_slowly(1000, 0.05), "no answer in time"),
    "drips its answer": (drip(accept.bytes, 0.1), "no answer in time"),
    "drips 100 and 100": (drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.01), "no answer in time"),
    "resets midway": (reset_midway(), CUT),
    "closes before it reads": (close_unread(), CUT),
    "closes after it has read": (say(b""), CUT),
    "closes within the status": (say(b"HTTP/1.1 20"), NO_HTTP),
    "says what is not HTTP": (say(b"SSH-2.0-OpenSSH_9.2\r\n"), NO_HTTP),
    "says another HTTP": (say(b"HTTP/2.0 202 Accepted\r\n\r\n"), NO_HTTP),
    "says a status that is none": (say(b"HTTP/1.1 20x Accepted\r\n\r\n"), NO_HTTP),
    "says zeros": (say(bytes(100_000)), NO_HTTP),
    "has a header that is too long": (say(b"HTTP/1.1 202 A\r\nX: " + b"x" * 70_000), NO_HTTP),
    "has too many headers": (say(b"HTTP/1.1 202 A\r\n" + b"X: x\r\n" * 200 + b"\r\n"), NO_HTTP),
    "has an endless status line": (say(b"HTTP/1.1 202 " + b"x" * 200_000), NO_HTTP),
}


@contextmanager
def silent() -> Iterator[socket.socket]:
    """Have a port that does not answer: what waits for it to be taken fills its queue."""
    with ExitStack() as sockets:
        server = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            filler = sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server


def address_of(name: object) -> tuple[object, ...]:
    """Return an address as the resolver gives it."""
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", name


@pytest.mark.parametrize("name", NO_ANSWER)
@pytest.mark.parametrize("body", [b"[{}]", LARGE], ids=["small", "large"])
def test_no_answer_is_a_reason_to_try_again(name: str, body: bytes, oracle: Oracle, intake: Intake) -> None:
    """Whatever comes in place of an answer, the request ends by its deadline, and nothing was delivered."""
    response, reason = NO_ANSWER[name]
    oracle.usually = response
    start = monotonic()
    found = intake.post([body], DEADLINE if "in time" in reason else PATIENCE)

    assert found.outcome is Outcome.RETRY
    if body != LARGE:
        # Whether it was closed or reset is a matter of what is seen first.
        assert found.reason.replace("connection reset by peer", CUT) == reason
    assert DEADLINE * ("no answer" in found.reason) <= monotonic() - start < 2 * PATIENCE
    oracle.released.set()
    oracle.usually = accept
    oracle.judge = lambda _: accept
    assert intake.post([b'[{"emitter":"e","seq":1}]'], PATIENCE).outcome is Outcome.DELIVERED
    assert list(oracle.accepted) == [("e", 1)]


BODY = b'[{"emitter":"e","seq":1}]'
HUGE = b"x" * 3_000_000
ANSWERS = {
    "after 100": say(b"HTTP/1.1 100 Continue\r\n\r\n" + accept.bytes, 202),
    "after many 100": say(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 50 + accept.bytes, 202),
    "in chunks": say(b"HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 202),
    "in chunks that are none": say(b"HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 202),
    "in chunks that end": say(b"HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}", 202),
    "without a length": say(b"HTTP/1.1 202 A\r\n\r\nwhatever", 202),
    "with a length that is none": say(b"HTTP/1.1 202 A\r\nContent-Length: much\r\n\r\n{}", 202),
    "with a length that is negative": say(b"HTTP/1.1 202 A\r\nContent-Length: -1\r\n\r\n{}", 202),
    "and closes after the head": say(b"HTTP/1.1 202 A\r\nContent-Length: 100\r\n\r\n", 202),
    "and closes within the head": say(b"HTTP/1.1 202 A", 202),
    "and closes": answer_and_close(202),
    "in HTTP 1.0": say(b"HTTP/1.0 202 A\r\n\r\n", 202),
    "with a huge body": answer(202, body=HUGE),
    "with a body that never ends": say(b"HTTP/1.1 202 A\r\n\r\n" + HUGE, 202),
    "with a body that drips": drip(
        bytes(10_000), 0.05, 202, b"HTTP/1.1 202 A\r\nContent-Length: 10000\r\n\r\n"
    ),
    "with strange headers": answer(202, "no colon", "X: \xff", "Retry-After: \xb2", ": ", "Set-Cookie: a=b"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_202_is_a_202(name: str, oracle: Oracle, intake: Intake) -> None:
    """However it is said, and whatever comes behind its head, it stands, and the next request is well."""
    oracle.script.append(ANSWERS[name])
    start = monotonic()

    assert intake.post([BODY], 1.0 if "drips" in name else PATIENCE).outcome is Outcome.DELIVERED
    assert monotonic() - start < PATIENCE
    oracle.released.set()
    assert intake.post([BODY], PATIENCE).outcome is Outcome.DELIVERED
    assert oracle.accepted == {("e", 1): 2}
    assert oracle.statuses == {202: 2}


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "left open"])
def test_an_early_413_is_seen(is_open: bool, oracle: Oracle, intake: Intake) -> None:
    """A server that answers before it has read all, and reads no more, has answered: nobody waits for it."""
    for _ in range(10):
        oracle.script.append(answer_early(413, is_open=is_open))
        assert intake.post([LARGE], 60.0).outcome is Outcome.REFUSED
    # Nothing follows half a body on its connection.
    assert oracle.connections == 10
    assert intake.post([BODY], 60.0).outcome is Outcome.DELIVERED


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "left open"])
def test_an_early_202_is_none(is_open: bool, oracle: Oracle, intake: Intake) -> None:
    """Who has not read all of the records cannot have accepted them, whatever they answer."""
    for _ in range(10):
        oracle.script.append(answer_early(202, is_open=is_open))
        assert intake.post([LARGE], 60.0).outcome is Outcome.RETRY
    assert intake.post([BODY], 60.0).outcome is Outcome.DELIVERED


def test_a_connection_is_kept(oracle: Oracle, intake: Intake) -> None:
    """One is enough for many requests."""
    for _ in range(20):
        assert intake.post([BODY], PATIENCE).outcome is Outcome.DELIVERED
    assert oracle.connections == 1


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_a_body_is_what_was_given(compression: str, oracle: Oracle) -> None:
    """What arrives is the body, byte by byte, compressed or not."""
    intake = Intake.find(url=oracle.url, api_key=KEY, compression=compression)  # type: ignore[arg-type]
    oracle.usually = answer(500)
    intake.post([LARGE], PATIENCE)
    intake.close()
    (request,) = oracle.requests

    assert (gzip.decompress(request.body) if compression == "gzip" else request.body) == LARGE


def test_a_connection_that_was_closed_meanwhile(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """It is no failure: the request goes out again at once over another one."""
    shipper = shipper_of(tmp_path, oracle.url)
    oracle.usually = answer_and_close(202)
    for seq in range(1, 21):
        leave(tmp_path, [record(seq)], segment=seq)
        assert shipper.deliver()

    assert oracle.connections == 20
    assert shipper.counters.retried == 0
    assert len(oracle.accepted) == shipper.counters.delivered == 20
    assert oracle.duplicates == 0


def test_a_connection_that_is_closed_each_second_time(oracle: Oracle, intake: Intake) -> None:
    """It is tried again at once only once: then it is a failure as any other."""
    assert intake.post([BODY], PATIENCE).outcome is Outcome.DELIVERED
    oracle.usually = close_unread()
    assert intake.post([BODY], PATIENCE).outcome is Outcome.RETRY
    assert len(oracle.requests) == 3


def test_a_port_that_nobody_listens_on() -> None:
    """A connection that is refused is a reason to try again, and says so."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    found = Intake.find(url=url, api_key=KEY).post([BODY], DEADLINE)

    assert (found.outcome, found.reason) == (Outcome.RETRY, "connection refused")


@pytest.mark.parametrize("site", ["nowhere.invalid", f"{'a' * 63}.invalid"])
def test_a_name_that_cannot_be_resolved(site: str) -> None:
    """A host that the resolver does not know is a reason to try again, and says so."""
    found = Intake.find(site=site, api_key=KEY).post([BODY], PATIENCE)

    assert (found.outcome, found.reason) == (Outcome.RETRY, "the host's name cannot be resolved")


def test_addresses_that_do_not_answer_share_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that has many addresses, none of which answers, takes no longer than one."""
    with silent() as server:
        addresses = [address_of(server.getsockname())] * 20
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: addresses)
        intake = Intake.find(url="http://localhost:1", api_key=KEY)
        start = monotonic()
        found = intake.post([BODY], DEADLINE)

    assert (found.outcome, found.reason) == (Outcome.RETRY, "no answer in time")
    assert monotonic() - start < PATIENCE


@pytest.mark.parametrize("is_silent", [False, True], ids=["refuses", "does not answer"])
def test_a_second_address_is_tried(is_silent: bool, oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first address of a name is of no use, the next is taken, within the same request."""
    with silent() as server:
        nobody = server.getsockname()
        if not is_silent:
            server.close()
        found = [address_of(nobody), address_of(("127.0.0.1", oracle.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
        intake = Intake.find(url="http://localhost:1", api_key=KEY)

        assert intake.post([BODY], 2.0 if is_silent else PATIENCE).outcome is Outcome.DELIVERED
    intake.close()


def test_a_request_that_is_cut_off(oracle: Oracle, intake: Intake) -> None:
    """Another thread can end a request at once, and it is not tried again by itself."""
    assert intake.post([BODY], PATIENCE).outcome is Outcome.DELIVERED
    oracle.usually = Response(act=lambda oracle, *_: intake.cut_off() or oracle.released.wait(PATIENCE))

    assert intake.post([BODY], 60.0).outcome is Outcome.RETRY
    assert len(oracle.requests) == 2
