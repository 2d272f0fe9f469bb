"""A server on loopback that has a thread for each connection, and ends when it is told to."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

__all__ = ["Server", "read_head"]

_HELD_SECONDS = 10


class Server:
    """Counts connections, and leaves to `converse` what is said on each."""

    def __init__(self, port: int = 0) -> None:
        self.connections = 0
        self.faults: list[str] = []
        # Set to let those go on that wait for it.
        self.released = threading.Event()
        self.lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._is_closed = False
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.start(self._serve)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def converse(self, connection: socket.socket) -> None:
        """Say what is to be said on a connection, which is closed afterwards."""
        raise NotImplementedError

    def start(self, function: Callable[..., None], *arguments: object) -> None:
        """Run a function in a thread that is waited for when the server closes."""
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def hold_open(self, connection: socket.socket) -> None:
        """Have a connection that was opened, or wrapped, cut when the server closes."""
        with self.lock:
            self._open.add(connection)

    def close(self) -> None:
        """Close all connections, and end."""
        self._is_closed = True
        self.released.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self.lock:
            opened = list(self._open)
        for each in opened:
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_HELD_SECONDS)

    def _serve(self) -> None:
        while not self._is_closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            # What is said last is not to wait for a receipt of what was said before, and be lost in a reset.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.connections += 1
            self.hold_open(connection)
            self.start(self._handle, connection)

    def _handle(self, connection: socket.socket) -> None:
        try:
            self.converse(connection)
        except OSError:  # the other side is gone, or will have no TLS
            pass
        except Exception as error:
            self.faults.append(repr(error))
        finally:
            with self.lock:
                self._open.discard(connection)
            connection.close()


def read_head(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """Return a head as far as the empty line, and what came behind it; nothing if the other side closes."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(2**16)
        if not more:
            return None
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest
