"""The Collector's configuration has each setting without which lines are lost, late or double.

`make integration` runs a Collector on it. What needs minutes or a power failure to fail is seen here.
"""

from typing import Any

import pytest
from deploy.examples import COLLECTOR, load

CONFIG: dict[str, Any] = load(COLLECTOR)
EXPORTERS = ("otlp_http", "kafka")


def test_what_was_read_is_remembered() -> None:
    """Positions and queues are on a disk, and survive a power failure."""
    assert CONFIG["extensions"]["file_storage"]["fsync"] is True
    assert CONFIG["service"]["extensions"] == ["file_storage"]
    assert CONFIG["receivers"]["file_log"]["storage"] == "file_storage"
    assert [CONFIG["exporters"][each]["sending_queue"]["storage"] for each in EXPORTERS] == [
        "file_storage"
    ] * len(EXPORTERS)


def test_everything_is_read() -> None:
    """Files are read from their beginnings, are told apart, and a line of the greatest length is whole."""
    receiver = CONFIG["receivers"]["file_log"]

    assert receiver["include"] == ["${env:TELEMETRY_EVENTS_DIR}/*/*.jsonl"]
    assert "exclude" not in receiver
    assert receiver["start_at"] == "beginning"
    assert receiver["fingerprint_size"] == "8KiB"
    assert receiver["max_log_size"] == "1MiB"
    assert receiver["force_flush_period"] == "0s"


def test_reading_waits() -> None:
    """While nothing can be handed on, nothing is read, for as long as it takes."""
    assert CONFIG["receivers"]["file_log"]["retry_on_failure"] == {"enabled": True, "max_elapsed_time": "0s"}


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_exporter_never_gives_up(name: str) -> None:
    """An exporter tries again for ever, and refuses nothing while its queue is full."""
    exporter = CONFIG["exporters"][name]

    assert exporter["retry_on_failure"] == {"max_elapsed_time": "0s"}
    assert exporter["sending_queue"]["block_on_overflow"] is True


def test_kafka_has_it_in_all_replicas() -> None:
    """Kafka's brokers answer when each replica has a message, which is smaller than what they take."""
    kafka = CONFIG["exporters"]["kafka"]

    assert kafka["producer"]["required_acks"] == -1
    assert kafka["sending_queue"]["batch"]["max_size"] < 1_000_000


def test_the_gate_is_named() -> None:
    """The command that the configuration names has the gate without which lines are in memory only."""
    assert "--feature-gates=stanza.synchronousLogEmitter\n" in COLLECTOR.read_text("utf-8")
