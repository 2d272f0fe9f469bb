"""A connection is there, or is made, and can be cut off. What it does is in tests/faults/test_network.py."""

import socket

from telemetry_events.delivery.connection import Connection
from telemetry_events.delivery.endpoint import Endpoint

PATIENCE = 5.0


def test_a_connection_is_there_or_not() -> None:
    """`begin` tells, and gives what is there a new deadline; what was cut off fails at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection(Endpoint("127.0.0.1", server.getsockname()[1], "/", False), None, None)
        connection.cut_off()
        assert not connection.begin(PATIENCE)
        connection.connect()
        assert connection.begin(60)
        assert connection.sock.deadline.left() > 50
        connection.cut_off()
        assert connection.sock.makefile("rb").read(1) == b""
        connection.close()
        assert not connection.begin(PATIENCE)
