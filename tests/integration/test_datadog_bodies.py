"""What is posted to `/api/v2/logs` is what Datadog's own client has there, by its types."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from datadog_api_client import Configuration
from datadog_api_client.model_utils import validate_and_convert_types
from datadog_api_client.v2.model.http_log import HTTPLog
from integration.producing import DEADLINE
from otlp.variety import log_everything
from record.journals import reader, restored

from telemetry_events import DatadogLogsHandler, telemetry_logger

MOST = 1000
MOST_BYTES = 5 * 10**6


@contextmanager
def intake(requests: list[tuple[str, dict[str, str], bytes]]) -> Iterator[str]:
    """Answer 202 on a port of this machine, and keep what was posted."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            requests.append((self.path, headers, self.rfile.read(int(headers["content-length"]))))
            self.send_response(202)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_each_body_is_what_datadogs_client_reads(tmp_path: Path) -> None:
    """Datadog's client reads every body as logs, each member of every line in it, and the time as a time."""
    requests: list[tuple[str, dict[str, str], bytes]] = []
    with intake(requests) as url, restored():
        handler = DatadogLogsHandler(
            service="worker", env="prod", directory=tmp_path, intake=url, api_key="0" * 32
        )
        telemetry_logger.handlers = [handler]
        lines = reader(tmp_path)
        log_everything()
        expected = [json.loads(line) for line in lines()]
        is_delivered = handler.settle(DEADLINE)
        handler.close()
    found: list[dict[str, Any]] = []
    for path, headers, body in requests:
        raw = gzip.decompress(body)
        logs = validate_and_convert_types(json.loads(raw), (HTTPLog,), ["body"], True, True, Configuration())
        assert (path, headers["content-encoding"]) == ("/api/v2/logs", "gzip")
        assert headers["content-type"] == "application/json"
        assert headers["dd-api-key"] == "0" * 32
        assert len(logs.value) <= MOST
        assert len(raw) <= MOST_BYTES
        found += [log.to_dict() for log in logs.value]

    assert is_delivered
    assert [each | {"timestamp": datetime.fromisoformat(each["timestamp"])} for each in expected] == found
