"""A proxy on loopback that opens tunnels, or does not, and remembers every byte it was sent."""

import socket
import threading
from contextlib import suppress

from faults.server import Server, read_head

__all__ = ["TunnelProxy"]

OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class TunnelProxy(Server):
    """Answers each CONNECT with `says`. If that is a 200 it opens the tunnel, unless it `closes`."""

    def __init__(self, says: bytes = OPENED, *, closes: bool = False) -> None:
        self.says = says
        self.closes = closes
        self.heads: list[bytes] = []
        # What went through, either way, as it stood on the wire.
        self.passed = bytearray()
        super().__init__()

    @property
    def address(self) -> str:
        """Where the proxy is, without a scheme."""
        return f"127.0.0.1:{self.port}"

    @property
    def everything(self) -> bytes:
        """Every byte that it has seen."""
        return b"\n".join([*self.heads, bytes(self.passed)])

    def converse(self, connection: socket.socket) -> None:
        """Answer one CONNECT, and pass on what comes."""
        head = read_head(connection)
        if head is None:
            return
        self.heads.append(head[0])
        connection.sendall(self.says)
        if b" 200 " in self.says.partition(b"\r\n")[0] and not self.closes:
            host, _, port = head[0].split()[1].decode().rpartition(":")
            with socket.create_connection(("127.0.0.1" if host == "localhost" else host, int(port))) as far:
                self.hold_open(far)
                back = threading.Thread(target=self._pass_on, args=(far, connection), daemon=True)
                back.start()
                self._pass_on(connection, far)
                back.join()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(2**16):
                self.passed += data
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
