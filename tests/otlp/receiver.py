"""A receiver of OTLP/HTTP: takes logs, and remembers each record as it came."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

__all__ = ["Arrived", "Receiver", "decoded", "receiving"]


@dataclass(frozen=True)
class Arrived:
    """A log record, with the resource that it belongs to."""

    resource: dict[str, Any]
    scope: str
    event_name: str
    body: Any
    severity_number: int
    severity_text: str
    time_ns: int
    attributes: dict[str, Any]
    trace_id: str
    span_id: str

    @property
    def identity(self) -> tuple[str, int]:
        """The record's identity for ever."""
        return self.attributes["emitter"], self.attributes["seq"]


def decoded(body: bytes) -> list[Arrived]:
    """Return the records of a request of OTLP, as protobuf."""
    return [
        Arrived(
            _members(of.resource.attributes),
            scope.scope.name,
            record.event_name,
            _value(record.body),
            record.severity_number,
            record.severity_text,
            record.time_unix_nano,
            _members(record.attributes),
            record.trace_id.hex(),
            record.span_id.hex(),
        )
        for of in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in of.scope_logs
        for record in scope.log_records
    ]


def _members(pairs: "Iterator[KeyValue] | Any") -> dict[str, Any]:
    members = {pair.key: _value(pair.value) for pair in pairs}
    assert len(members) == len(pairs), "a name stands there twice"
    return members


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return _members(value.kvlist_value.values)
    return kind and getattr(value, kind)


@dataclass
class Receiver:
    """What has arrived, and what is answered: by `answer`, a status for the records of a request."""

    url: str = ""
    records: list[Arrived] = field(default_factory=list)
    requests: int = 0
    # The port that each of them came from, one for each connection.
    clients: list[int] = field(default_factory=list)
    # The bytes of the largest request that was taken.
    largest: int = 0
    # Requests for another path than that of logs: they are answered by 200, and nothing is taken.
    strayed: int = 0
    # A request is taken if its status is 200. `rejected` is what the answer says of so many of its records.
    answer: Callable[[list[Arrived]], int] = lambda _: 200
    rejected: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, is_enough: Callable[[list[Arrived]], bool], seconds: float = 60.0) -> bool:
        """Wait until enough has arrived, and return whether it has."""
        with self.changed:
            return self.changed.wait_for(lambda: is_enough(self.records), seconds)

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Take a request, and return its status."""
        records = decoded(body)
        with self.changed:
            self.requests += 1
            self.headers = headers
            status = self.answer(records)
            if status == 200:
                self.records += records
                self.largest = max(self.largest, len(body))
            self.changed.notify_all()
        return status


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Receive on a port of this machine, for as long as the context lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            receiver.clients.append(self.client_address[1])
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.answer(receiver.take(body, headers) if self.path == "/v1/logs" else self.stray())

        def do_GET(self) -> None:
            self.answer(self.stray())

        def stray(self) -> int:
            receiver.strayed += 1
            return 200

        def answer(self, status: int) -> None:
            said = ExportLogsServiceResponse()
            said.partial_success.rejected_log_records = receiver.rejected
            answer = said.SerializeToString() if status == 200 else b""
            self.send_response(status)
            for name, value in receiver.more.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing: whoever has asked may have been killed meanwhile."""

    server = Server(("127.0.0.1", port), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
