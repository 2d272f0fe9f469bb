"""One deadline for all that a request does."""

import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from telemetry_events.delivery.timed_socket import Deadline, TimedSocket

# Of which nobody's buffers hold all.
MUCH = bytes(20_000_000)
SHORT, PATIENCE = 0.2, 5.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection."""
    first, second = socket.socketpair()
    with first, second:
        yield first, second


def test_a_deadline() -> None:
    """It comes nearer, and then it is over."""
    assert 50 < Deadline(60).left() <= 60
    for over in (Deadline(0), Deadline(-1)):
        with pytest.raises(TimeoutError):
            over.left()


def test_nobody_reads(pair: tuple[socket.socket, socket.socket]) -> None:
    """Sending ends by the deadline."""
    start = monotonic()
    with pytest.raises(TimeoutError):
        TimedSocket(pair[0], Deadline(SHORT)).sendall(MUCH)
    assert monotonic() - start < PATIENCE


@pytest.mark.parametrize("text", [b"early", b"early" * 10_000, b""])
def test_somebody_answers_and_reads_no_more(text: bytes, pair: tuple[socket.socket, socket.socket]) -> None:
    """Sending ends with that, and the answer, or the end, is there to be read, all of it."""
    near, far = pair
    far.sendall(text)
    far.shutdown(socket.SHUT_WR)
    timed = TimedSocket(near, Deadline(60))
    timed.sendall(MUCH)
    timed.sendall(MUCH)
    with timed.makefile("rb") as file:
        assert file.read() == text
    assert timed.is_answered
    timed.begin(Deadline(60))
    assert not timed.is_answered


def test_somebody_reads_slowly(pair: tuple[socket.socket, socket.socket]) -> None:
    """Each byte that goes gives no further time."""
    near, far = pair
    is_over = threading.Event()

    def read() -> None:
        while not is_over.wait(0.01):
            far.recv(1000)

    reader = threading.Thread(target=read)
    reader.start()
    start = monotonic()
    with pytest.raises(TimeoutError):
        TimedSocket(near, Deadline(SHORT)).sendall(MUCH)
    is_over.set()
    reader.join()
    assert monotonic() - start < PATIENCE


def test_somebody_writes_slowly(pair: tuple[socket.socket, socket.socket]) -> None:
    """Nor does each byte that comes."""
    near, far = pair
    is_over = threading.Event()

    def write() -> None:
        while not is_over.wait(0.01):
            far.sendall(b"x")

    writer = threading.Thread(target=write)
    writer.start()
    start = monotonic()
    with pytest.raises(TimeoutError):
        TimedSocket(near, Deadline(SHORT)).makefile("rb").readline()
    is_over.set()
    writer.join()
    assert monotonic() - start < PATIENCE


def test_all_of_it_is_sent(pair: tuple[socket.socket, socket.socket]) -> None:
    """What takes many calls arrives whole and in order."""
    near, far = pair
    text = bytes(range(256)) * 20_000
    sender = threading.Thread(target=TimedSocket(near, Deadline(PATIENCE)).sendall, args=(text,))
    sender.start()
    with far.makefile("rb") as file:
        assert file.read(len(text)) == text
    sender.join()


def test_a_reader_outlives_its_socket(pair: tuple[socket.socket, socket.socket]) -> None:
    """What was begun to be read is read to its end after the socket was closed, as http.client wants it."""
    near, far = pair
    timed = TimedSocket(near, Deadline(PATIENCE))
    file = timed.makefile("rb")
    far.sendall(b"answer")
    far.shutdown(socket.SHUT_WR)
    timed.close()
    assert file.read() == b"answer"
    file.close()
