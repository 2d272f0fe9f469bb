"""A server on this machine's loopback, which stands for those that a pod talks to."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from threading import Thread
from typing import Protocol

__all__ = ["Reply", "Request", "Service", "serving"]


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: list[str]
    body: bytes
    authorization: str


@dataclass(frozen=True)
class Reply:
    """What a service answers: a body that is printed as JSON, and a status."""

    body: object
    status: int = 200


class Service(Protocol):
    """A part of the server that answers the requests that it knows."""

    def answer(self, request: Request) -> Reply | None:
        """Return the reply, or None when the request is not this service's."""
        ...


@contextmanager
def serving(*services: Service) -> Generator[str]:
    """Serve on 127.0.0.1, at a port that is free, and yield the address; end with the block.

    Requests are answered one at a time, so that services need no locks.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: an access log would be one more place for patients' data."""

        def _reply(self) -> None:
            request = Request(
                method=self.command,
                path=self.path.strip("/").split("/"),
                body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
                authorization=self.headers.get("Authorization", ""),
            )
            replies = (service.answer(request) for service in services)
            reply = next(filter(None, replies), Reply({"error": "unknown"}, 404))
            body = json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    # Not HTTPServer, which asks the resolver for a name of its address.
    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="loopback server", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
