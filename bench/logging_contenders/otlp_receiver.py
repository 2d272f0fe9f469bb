"""Receives OTLP on loopback, in a process of its own: answers 200 at once, and looks at nothing."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


class _Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # In one piece: a second one would wait for the first one's acknowledgement.
    wbufsize = -1

    def do_POST(self) -> None:
        """Take a request."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its own names)
        """Say nothing."""


def main() -> None:
    """Say on which port, and receive until whoever wants it is gone."""
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    print(server.server_port, flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
