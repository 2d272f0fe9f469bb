"""What the oracle may do with a request: answer it, well or badly, or leave it without an answer."""

import socket
import struct
from collections.abc import Callable, Iterable
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.oracle import Oracle, Request

__all__ = [
    "Response",
    "accept",
    "answer",
    "answer_and_close",
    "answer_early",
    "close_unread",
    "drip",
    "hang",
    "read_slowly",
    "reset",
    "reset_midway",
    "say",
]

Act = Callable[["Oracle", socket.socket, "Request"], bool]


class Response:
    """What a request is answered with. One that has an `act` may do with the connection what it likes."""

    def __init__(
        self,
        status: int = 202,
        body: bytes = b"{}",
        headers: Iterable[str] = (),
        *,
        act: Act | None = None,
        is_early: bool = False,
    ) -> None:
        self.status = status
        self.body = body
        self.headers = list(headers)
        # Returns whether the connection goes on. `is_early` acts before the body was read.
        self.act = act
        self.is_early = is_early

    @property
    def bytes(self) -> bytes:
        """The response on the wire."""
        lines = [
            f"HTTP/1.1 {self.status} Whatever",
            f"Content-Length: {len(self.body)}",
            *self.headers,
            "",
            "",
        ]
        return "\r\n".join(lines).encode() + self.body


def answer(status: int, *headers: str, body: bytes = b"{}") -> Response:
    """Answer with a status."""
    return Response(status, body, headers)


accept = answer(202)


def answer_and_close(status: int) -> Response:
    """Answer, and close the connection without having said so."""

    def act(oracle: "Oracle", connection: socket.socket, request: "Request") -> bool:
        oracle.take(request, answer(status))
        connection.sendall(answer(status).bytes)
        return False

    return Response(act=act)


def answer_early(status: int, *, is_open: bool = False) -> Response:
    """Answer before the body was read, and read none of it. The connection is closed, or left open."""

    def act(oracle: "Oracle", connection: socket.socket, request: "Request") -> bool:
        request.status = status
        connection.sendall(answer(status).bytes)
        if is_open:
            oracle.released.wait()
        return False

    return Response(act=act, is_early=True)


def say(raw: bytes, status: int = 0) -> Response:
    """Say these bytes, which mean this status to who understands them, and close the connection."""

    def act(oracle: "Oracle", connection: socket.socket, request: "Request") -> bool:
        if status:
            oracle.take(request, answer(status))
        connection.sendall(raw)
        return False

    return Response(act=act)


def drip(raw: bytes, seconds: float, status: int = 0, begin: bytes = b"") -> Response:
    """Say how it begins, and then these bytes, one after so many seconds each."""

    def act(oracle: "Oracle", connection: socket.socket, request: "Request") -> bool:
        if status:
            oracle.take(request, answer(status))
        connection.sendall(begin)
        for each in raw:
            connection.sendall(bytes([each]))
            if oracle.released.wait(seconds):
                break
        return False

    return Response(act=act)


def hang(*, is_early: bool = False) -> Response:
    """Say nothing, with the body read or not, until the oracle lets go."""

    def act(oracle: "Oracle", _connection: socket.socket, _request: "Request") -> bool:
        oracle.released.wait()
        return False

    return Response(act=act, is_early=is_early)


def read_slowly(size: int, seconds: float) -> Response:
    """Read so many bytes of the body after so many seconds each, until the other side has had enough."""

    def act(oracle: "Oracle", connection: socket.socket, _request: "Request") -> bool:
        while not oracle.released.is_set() and connection.recv(size):
            sleep(seconds)
        return False

    return Response(act=act, is_early=True)


def reset_midway() -> Response:
    """Reset the connection once some of the body has come."""

    def act(_oracle: "Oracle", connection: socket.socket, request: "Request") -> bool:
        if not request.body:
            connection.recv(1)
        reset(connection)
        return False

    return Response(act=act, is_early=True)


def close_unread() -> Response:
    """Close the connection before any of the body was read."""
    return Response(act=lambda _oracle, _connection, _request: False, is_early=True)


def reset(connection: socket.socket) -> None:
    """Close a connection with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
