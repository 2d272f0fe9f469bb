"""A connection to an intake, straight or through a proxy."""

import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from telemetry_events.delivery.endpoint import Endpoint
from telemetry_events.delivery.proxy import Proxy
from telemetry_events.delivery.timed_socket import Deadline, TimedSocket, connected

__all__ = ["Connection", "ProxyRefusedError"]


class ProxyRefusedError(Exception):
    """A proxy has answered in the intake's place."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Connection(HTTPConnection):
    """A connection to an intake, straight or through a proxy's tunnel. `begin` comes before each request."""

    sock: Any
    # What a program sets on `http.client` to watch its requests prints headers, and so the key.
    debuglevel = 0

    def __init__(self, endpoint: Endpoint, proxy: Proxy | None, tls: ssl.SSLContext | None) -> None:
        super().__init__(endpoint.host, endpoint.port)
        self._proxy = proxy
        self._tls = tls
        self._deadline = Deadline(0)

    def begin(self, seconds: float) -> bool:
        """Give the next request so many seconds. Returns whether the connection was there before."""
        self._deadline = Deadline(seconds)
        if self.sock is not None:
            self.sock.begin(self._deadline)
        return self.sock is not None

    def connect(self) -> None:
        """Open the connection. Raises `OSError` and `ProxyRefusedError`."""
        host, port = (self._proxy.host, self._proxy.port) if self._proxy else (self.host, self.port)
        plain = connected(host, port, self._deadline)
        try:
            # A request is sent in two pieces, and the second is not to wait for the first one's receipt.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._proxy:
                self._open_tunnel(TimedSocket(plain, self._deadline), self._proxy)
            if self._tls:
                plain.settimeout(self._deadline.left())
                plain = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        self.sock = TimedSocket(plain, self._deadline)

    @property
    def is_spent(self) -> bool:
        """Whether nothing can follow, as not all of the last request was sent."""
        return self.sock is not None and self.sock.is_answered

    def cut_off(self) -> None:
        """End what another thread does with the connection, which fails there."""
        timed = self.sock
        if timed is not None:
            with suppress(OSError):
                # Not the method of a TLS socket, which would first take its encryption away.
                socket.socket.shutdown(timed.plain, socket.SHUT_RDWR)

    def _open_tunnel(self, timed: TimedSocket, proxy: Proxy) -> None:
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [f"CONNECT {host}:{self.port} HTTP/1.1", f"Host: {host}:{self.port}"]
        if proxy.authorization:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        timed.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = HTTPResponse(timed, method="CONNECT")  # type: ignore[arg-type]
        try:
            answer.begin()
            if answer.status != 200:
                raise ProxyRefusedError(answer.status)
        finally:
            answer.close()
