"""This library without a disk: records wait in memory, and a thread of the process sends them by OTLP.

The receiver is another process on loopback.
"""

import subprocess
import sys
from pathlib import Path

import telemetry_events
from logging_contenders import Contender
from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_events
from telemetry_events import telemetry_logger
from telemetry_events.otlp import OTLPHandler

RECEIVER = Path(__file__).with_name("otlp_receiver.py")
PATIENCE = 30


def contender(_folder: Path) -> Contender:
    """Return the calls of a logger that has this handler only; at the end all that it took was sent."""
    # It ends with this process, as its input does.
    receiver = subprocess.Popen(
        [sys.executable, RECEIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert receiver.stdout
    handler = OTLPHandler(
        service=SERVICE,
        env=ENV,
        version=VERSION,
        hostname=HOSTNAME,
        endpoint=f"http://127.0.0.1:{int(receiver.stdout.readline())}/v1/logs",
    )
    telemetry_logger.addHandler(handler)
    telemetry_logger.setLevel("INFO")

    def finish() -> int:
        handler.close()
        return handler.counters.delivered

    return Contender(of_events(telemetry_logger, telemetry_events), finish, lambda: handler.settle(PATIENCE))
