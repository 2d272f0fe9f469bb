"""Stands in for Datadog's intake on this machine: prints each record that it is sent.

python examples/intake.py [PORT]
"""

import gzip
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson


class Intake(BaseHTTPRequestHandler):
    """Answers `POST /api/v2/logs` as Datadog does."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Print the records of a request, one a line, and accept them."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        for record in orjson.loads(body):
            sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
        sys.stdout.flush()
        self.send_response_only(202)  # and print nothing of it
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


def main() -> None:
    """Serve until interrupted."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Intake)
    print(f"http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
