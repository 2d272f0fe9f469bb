"""This library: an event is made, encoded, and in the journal on disk when the call returns."""

from pathlib import Path

import orjson

import telemetry_events
from logging_contenders import Contender
from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION, of_events
from telemetry_events import flush_telemetry, setup_telemetry, shutdown_telemetry, telemetry_logger


def contender(folder: Path) -> Contender:
    """Return the calls of a logger as `setup_telemetry` leaves it, but for the names of the service."""
    setup_telemetry(service=SERVICE, env=ENV, version=VERSION, hostname=HOSTNAME, directory=folder)

    def finish() -> int:
        shutdown_telemetry(timeout=30)
        return records(folder)

    return Contender(of_events(telemetry_logger, telemetry_events), finish, flush_telemetry)


def records(folder: Path) -> int:
    """Return the number of records in the journal; raise `ValueError` for a gap in their numbers."""
    seq = 0
    for segment in sorted(folder.glob("*/*.jsonl")):
        with segment.open("rb") as file:
            for line in file:
                seq += 1
                record = orjson.loads(line)
                if record["seq"] != seq or record["message"] != record["event"]:
                    raise ValueError(f"{segment}: expected number {seq}, found {record['seq']}")
    return seq
