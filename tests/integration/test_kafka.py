"""The Collector writes to Kafka what it reads: every line once at least, whichever of them is killed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import KafkaError
from integration.broker import Broker, lacking, serving
from integration.collector import running
from integration.producing import DEADLINE, has, lines, produce, written
from integration.tally import compare
from otlp.receiver import Arrived, decoded

TOPIC = "telemetry_events"
CHANGES = {
    "exporters": {
        "kafka": {"retry_on_failure": {"initial_interval": "100ms", "max_interval": "500ms"}},
    },
    "service": {"pipelines": {"logs": {"exporters": ["kafka"]}}},
}


def consume(broker: Broker, is_enough: Callable[[list[Arrived]], bool]) -> list[Arrived]:
    """Read the topic until enough has arrived, or nothing has come for some seconds."""
    found: list[Arrived] = []
    consumer = broker.consumer()
    consumer.subscribe([TOPIC])
    try:
        while not is_enough(found) and (message := consumer.poll(DEADLINE / 4)) is not None:
            error = message.error()
            if error is None:
                found += decoded(message.value())
            else:  # nobody has written to the topic yet
                assert error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART, error
    finally:
        consumer.close()
    return found


@pytest.mark.skipif(bool(lacking()), reason=f"there is no {', '.join(lacking())}")
def test_kafka_has_every_line(tmp_path: Path) -> None:
    """With the broker killed once and the Collector killed once, the topic has each line, names and all."""
    with (
        serving(tmp_path / "broker") as broker,
        running(tmp_path / "collector", CHANGES, KAFKA_BROKERS=broker.address) as collector,
    ):
        identities = written([produce(collector.journals, 2, 1000, 64)])
        assert consume(broker, bool), collector.said()[-3000:]
        broker.kill()
        more = [produce(collector.journals, 2, 1000, 64) for _ in range(2)]
        collector.kill()
        collector.start()
        identities |= written(more)
        broker.start()
        found = consume(broker, has(identities))
    tally = compare("Kafka", collector.journals, lines(found))

    assert (tally.written, tally.read, tally.lost) == (6000, 6000, 0), collector.said()[-3000:]
    assert {each.event_name for each in found} == {"batch_progress", ""}
    assert {each.severity_text for each in found} == {"info", "warn", "error"}
