"""A socket for requests that end, whatever the other side does.

A timeout of a socket is one for each of its calls: a server that sends a byte now and then can hold a request
for ever, with `http.client` as with others. Here all calls of a request share one deadline.
"""

import io
import select
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Deadline", "TimedSocket", "connected"]

_PIECE = 2**14  # as many bytes as TLS encrypts at once


class Deadline:
    """A time by which something is to be done."""

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises `TimeoutError` when none is."""
        left = self._at - monotonic()
        if left <= 0:
            raise TimeoutError("the request has taken too long")
        return left


class TimedSocket:
    """A socket whose calls share a deadline: as much of one as `http.client` needs.

    It looks for an answer while it sends: who answers before all was read, as with 413, may read no more, and
    keep the connection open all the same.
    """

    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        self.plain = plain
        self.begin(deadline)

    def begin(self, deadline: Deadline) -> None:
        """Begin a request."""
        self.deadline = deadline
        # Whether an answer, or the end, came before all was sent, and what was read of it.
        self.is_answered = False
        self._early = b""

    def sendall(self, data: bytes) -> None:
        """Send all of it, or as much as goes before there is an answer. Raises `OSError`."""
        rest = memoryview(data)
        while rest and self._can_send():
            self.plain.settimeout(self.deadline.left())
            rest = rest[self.plain.send(rest[:_PIECE]) :]

    def readinto(self, file: io.RawIOBase, buffer: memoryview) -> int | None:
        """Read what has come already, and then from the socket's own file. Raises `OSError`."""
        early, self._early = self._early[: len(buffer)], self._early[len(buffer) :]
        if early:
            buffer[: len(early)] = early
            return len(early)
        self.plain.settimeout(self.deadline.left())
        return file.readinto(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what reads from the socket."""
        return io.BufferedReader(_TimedReader(self))

    def close(self) -> None:
        """Close it; what reads from it may read on."""
        self.plain.close()

    def _can_send(self) -> bool:
        """Wait until there is room to send, and return whether there is a point in it."""
        poll = select.poll()
        poll.register(self.plain, select.POLLIN | select.POLLOUT)
        events = 0
        while not self.is_answered and not events & select.POLLOUT:
            for _, events in poll.poll(self.deadline.left() * 1000):
                self.is_answered = events & ~select.POLLOUT != 0 and self._has_come()
        return not self.is_answered

    def _has_come(self) -> bool:
        self.plain.settimeout(0)
        try:
            self._early = self.plain.recv(_PIECE)
        except (BlockingIOError, ssl.SSLWantReadError):  # such as a ticket of TLS, which is none
            return False
        except OSError:  # whoever reads will see it
            pass
        return True


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: TimedSocket) -> None:
        self._timed = timed
        # It keeps the socket open until it is closed itself, as the answer to a last request needs it.
        self._file = timed.plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        return self._timed.readinto(self._file, memoryview(buffer))

    def close(self) -> None:
        self._file.close()
        super().close()


def connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Return a socket that is connected to the first of a name's addresses that answers. Raises `OSError`.

    `socket.create_connection` gives each address as much time as it gives one.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for number, (family, kind, protocol, _, address) in enumerate(found):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(deadline.left() / (len(found) - number))
            plain.connect(address)
        except BaseException as error:
            plain.close()
            if not isinstance(error, OSError) or number == len(found) - 1:
                raise
        else:
            return plain
    raise OSError("the name has no address")
