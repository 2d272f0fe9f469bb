"""An intake on loopback, in a process of its own, that counts which records it was given once it is asked.

Each line of the input is a JSON object with what to do; each line of the output is what came of it. It has
one port for each behaviour: `accepts` answers 202, `refuses` 503, and `hangs` takes what comes and never
answers.
"""

import gzip
import io
import json
import socket
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from time import process_time
from typing import Any, BinaryIO

import orjson
import zstandard

BEHAVIOURS = ("accepts", "refuses", "hangs")
_ANSWERS = {
    "accepts": b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "refuses": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}",
}
_DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "identity": bytes,
}


class Intake:
    """Reads one request at a time, for clients take turns."""

    def __init__(self) -> None:
        self._selector = DefaultSelector()
        self._behaviours: dict[int, str] = {}
        self._ports: dict[str, int] = {}
        for behaviour in BEHAVIOURS:
            server = socket.create_server(("127.0.0.1", 0), backlog=64)
            port = self._ports[behaviour] = int(server.getsockname()[1])
            self._behaviours[port] = behaviour
            self._selector.register(server, EVENT_READ, lambda server=server: self._accept(server))
        # Without a buffer, in which a selector would not see a line.
        self._input = io.FileIO(0, closefd=False)
        self._selector.register(self._input, EVENT_READ, self._obey)
        self._is_over = False
        self._begin()

    def _begin(self) -> None:
        self._records = self._requests = self._bytes = 0
        self._seen: set[tuple[str, int]] = set()
        self._bodies: list[tuple[bytes, str]] = []
        self._cpu = process_time()

    def run(self) -> None:
        """Serve until the input ends."""
        while not self._is_over:
            for key, _ in self._selector.select():
                key.data()

    def ports(self) -> dict[str, int]:
        """Return the port of each behaviour."""
        return self._ports

    def behave(self, port: int, how: str) -> None:
        """Answer on a port as on another from now on."""
        self._behaviours[port] = how

    def count(self) -> dict[str, Any]:
        """Return what was accepted, how many requests were answered, and what that took; and begin anew."""
        used = process_time() - self._cpu
        # Only now: an intake's work is another machine's, and here it would be this one's.
        for body, encoding in self._bodies:
            entries = orjson.loads(_DECOMPRESS[encoding](body))
            self._records += len(entries)
            self._seen.update(map(_identity, entries))
        found = {
            "records": self._records,
            "distinct": len(self._seen),
            "requests": self._requests,
            "bytes": self._bytes,
            "cpu": used,
        }
        self._begin()
        return found

    def _obey(self) -> None:
        line = self._input.readline()
        if not line:
            self._is_over = True
            return
        task: dict[str, Any] = json.loads(line)
        print(json.dumps(getattr(self, task.pop("do"))(**task)), flush=True)

    def _accept(self, server: socket.socket) -> None:
        plain, _ = server.accept()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        port, file = int(server.getsockname()[1]), plain.makefile("rb")
        self._selector.register(plain, EVENT_READ, lambda: self._serve(plain, file, port))

    def _serve(self, plain: socket.socket, file: BinaryIO, port: int) -> None:
        behaviour = self._behaviours[port]
        try:
            if behaviour == "hangs":
                is_open = bool(plain.recv(2**18))
            else:
                is_open = self._answer(plain, file, behaviour)
        except OSError:
            is_open = False
        if not is_open:
            self._selector.unregister(plain)
            file.close()
            plain.close()

    def _answer(self, plain: socket.socket, file: BinaryIO, behaviour: str) -> bool:
        if not file.readline():
            return False
        headers: dict[str, str] = {}
        while (line := file.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = file.read(int(headers["content-length"]))
        self._requests += 1
        self._bytes += len(body)
        if behaviour == "accepts":
            self._bodies.append((body, headers.get("content-encoding", "identity")))
        plain.sendall(_ANSWERS[behaviour])
        return True


def _identity(entry: dict[str, Any]) -> tuple[str, int]:
    """Return what identifies a record: it is the entry, or stands in the entry's message as a text."""
    record = entry if "seq" in entry else orjson.loads(entry["message"])
    return record["emitter"], record["seq"]


if __name__ == "__main__":
    print(json.dumps("ready"), flush=True)
    Intake().run()
