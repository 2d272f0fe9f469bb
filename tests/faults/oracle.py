"""An intake on loopback that does as it is told, and remembers every byte that it was sent."""

import gzip
import json
import socket
import ssl
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import orjson
from faults.responses import Response, accept, answer, reset
from faults.server import Server, read_head

__all__ = [
    "Identity",
    "Oracle",
    "Request",
    "Response",
    "accept",
    "answer",
    "identity_of",
    "raw_entries",
    "reset",
]

Identity = tuple[str, int]
# The intake's limits, https://docs.datadoghq.com/api/latest/logs/#send-logs
MOST_ENTRIES = 1000
MOST_BYTES = 5_000_000


@dataclass
class Request:
    """One request, as far as it was read. `status` is what it was answered, or 0 for nothing."""

    head: bytes = b""
    body: bytes = b""
    at: float = field(default_factory=monotonic)
    status: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with names in lower case."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name
        }

    @property
    def json(self) -> bytes:
        """The body, without its compression."""
        encoding = self.headers.get("content-encoding", "identity")
        assert encoding in ("gzip", "identity"), encoding
        return gzip.decompress(self.body) if encoding == "gzip" else self.body

    @property
    def entries(self) -> list[bytes]:
        """The entries of the body, as they stand there."""
        return raw_entries(self.json)


def identity_of(line: bytes) -> Identity:
    """Return the identity of a record (docs/record.md, 5.3)."""
    members = orjson.loads(line)
    return members["emitter"], members["seq"]


def raw_entries(body: bytes) -> list[bytes]:
    """Return the entries of a JSON array, as they stand there."""
    text = body.decode()
    decoder = json.JSONDecoder()
    entries, at = [], 1
    assert text[:1] + text[-1:] == "[]", text[:100]
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        entries.append(text[at:end].encode())
        assert text[end] in ",]", text[end : end + 100]
        at = end + 1
    return entries


class Oracle(Server):
    """The far end. Requests are answered by `script`, first come first served, and then by `usually`."""

    def __init__(
        self, *, port: int = 0, tls: ssl.SSLContext | None = None, usually: Response = accept
    ) -> None:
        self.script: deque[Response] = deque()
        self.usually = usually
        # Judges each body, in place of the script, if there is one.
        self.judge: Callable[[list[bytes]], Response] | None = None
        self.requests: list[Request] = []
        # How often each record was accepted, and the line it came as the first time.
        self.accepted: Counter[Identity] = Counter()
        self.lines: dict[Identity, bytes] = {}
        self._tls = tls
        super().__init__(port)

    @property
    def url(self) -> str:
        """Where the intake is."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    @property
    def duplicates(self) -> int:
        """How often a record was accepted that had been accepted before."""
        return sum(self.accepted.values()) - len(self.accepted)

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(request.status for request in self.requests)

    @property
    def everything(self) -> bytes:
        """Every byte that was sent, bodies without their compression."""
        with self.lock:
            requests = list(self.requests)
        parts = []
        for request in requests:
            parts += [request.head, request.body]
            with suppress(OSError, EOFError):  # it was cut
                parts.append(request.json)
        return b"\n".join(parts)

    def take(self, request: Request, response: Response) -> None:
        """Note a request with its answer, and its lines if that accepts them."""
        entries = request.entries if response.status == 202 else []
        with self.lock:
            request.status = response.status
            if len(entries) > MOST_ENTRIES or len(request.json if entries else b"") > MOST_BYTES:
                self.faults.append(f"{len(entries)} entries in {len(request.json)} bytes")
            for line in entries:
                found = identity_of(line)
                self.accepted[found] += 1
                if self.lines.setdefault(found, line) != line:
                    self.faults.append(f"{found} came in two forms")

    def converse(self, connection: socket.socket) -> None:
        """Answer requests as long as they come."""
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
            self.hold_open(connection)
        with connection:
            while self._answer_next(connection):
                pass

    def _answer_next(self, connection: socket.socket) -> bool:
        head = read_head(connection)
        if head is None:
            return False
        request = Request(head[0], head[1])
        with self.lock:
            self.requests.append(request)
            response = None if self.judge else self.script.popleft() if self.script else self.usually
        if response is not None and response.is_early and response.act:
            return response.act(self, connection, request)
        if not _read_body(connection, request):
            return False
        if response is None:
            response = self.judge(request.entries) if self.judge else accept
        if response.act:
            return response.act(self, connection, request)
        self.take(request, response)
        connection.sendall(response.bytes)
        return True


def _read_body(connection: socket.socket, request: Request) -> bool:
    """Read what is missing of a body, and return whether it came."""
    missing = int(request.headers["content-length"]) - len(request.body)
    while missing > 0:
        data = connection.recv(2**16)
        if not data:
            return False
        request.body += data
        missing -= len(data)
    return True
