"""Both ways to OpenTelemetry give the same log records: files that the Collector reads, and OTLP."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration.collector import ORIGINAL, free_port, running
from integration.producing import DEADLINE
from otlp.receiver import Arrived, receiving
from otlp.variety import log_everything, record_of
from record.journals import reader, restored

from telemetry_events import JournalHandler, RedactionKey, telemetry_logger
from telemetry_events.otlp import OTLPHandler

OPTIONS: dict[str, Any] = {
    "service": "worker",
    "hostname": "pod-7",
    "env": "prod",
    "version": "1.4.2",
    "tags": ["site:north"],
    "key": RedactionKey.parse("k1:0123456789abcdef"),
}


def by_seq(records: list[dict[str, Any]]) -> list[str]:
    """Return records in their order, as JSON, less their emitter and their time, which differ."""
    return [
        json.dumps(each | {"emitter": "", "timestamp": ""}, sort_keys=True)
        for each in sorted(records, key=lambda each: each["seq"])
    ]


def test_files_arrive_as_they_are(tmp_path: Path) -> None:
    """Every member of every line arrives in its place: name, time, severity, trace, resource, attributes."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector, restored():
        journal = JournalHandler(directory=collector.journals, **OPTIONS)
        telemetry_logger.handlers = [journal]
        log_everything()
        journal.close()
        expected = {line.decode(): json.loads(line) for line in reader(collector.journals)()}
        assert receiver.wait_for(lambda found: len(found) >= len(expected), DEADLINE), collector.said()

    found = {}
    for arrived in receiver.records:
        attributes = dict(arrived.attributes)
        line = attributes.pop(ORIGINAL) + "\n"
        found[line] = record_of(replace(arrived, attributes=attributes))
    assert len(found) == len(receiver.records) > 35
    # As JSON, for which 1 is not 1.0.
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)
    assert {frozenset(each.resource) for each in receiver.records} == {
        frozenset({"service.name", "host.name", "deployment.environment.name", "service.version"})
    }


def test_otlp_arrives_as_it_is(tmp_path: Path) -> None:
    """What the handler sends, the Collector takes, and writes with every name, severity and attribute."""
    port = free_port()
    output = tmp_path / "output.jsonl"
    changes = {
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}}},
        "exporters": {"file": {"path": str(output), "flush_interval": "50ms"}, "debug": {}},
        "service": {"pipelines": {"logs": {"receivers": ["otlp"], "exporters": ["file", "debug"]}}},
    }
    with running(tmp_path, changes) as collector, restored():
        handler = OTLPHandler(endpoint=f"http://127.0.0.1:{port}/v1/logs", **OPTIONS)
        journal = JournalHandler(directory=collector.journals, **OPTIONS)
        telemetry_logger.handlers = [handler, journal]
        log_everything()
        is_sent = handler.settle(DEADLINE)
        handler.close()
        journal.close()
    expected = [json.loads(line) for line in reader(tmp_path / "journals")()]
    found = [each for line in output.read_text().split("\n")[:-1] for each in from_json(json.loads(line))]

    assert is_sent
    assert by_seq([record_of(each) for each in found]) == by_seq(expected)


def from_json(request: dict[str, Any]) -> list[Arrived]:
    """Return the log records of a request of OTLP, as the Collector prints JSON."""
    return [
        Arrived(
            members(of["resource"]["attributes"]),
            scope["scope"]["name"],
            record.get("eventName", ""),
            value(record["body"]),
            record["severityNumber"],
            record["severityText"],
            int(record["timeUnixNano"]),
            members(record["attributes"]),
            record.get("traceId", ""),
            record.get("spanId", ""),
        )
        for of in request["resourceLogs"]
        for scope in of["scopeLogs"]
        for record in scope["logRecords"]
    ]


def members(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list of names and values as what it stands for."""
    return {pair["key"]: value(pair["value"]) for pair in pairs}


def value(of: dict[str, Any]) -> Any:
    """Return a value of OTLP as what it stands for."""
    (kind, plain), *_ = of.items()
    if kind == "arrayValue":
        return [value(each) for each in plain.get("values", [])]
    if kind == "kvlistValue":
        return members(plain["values"])
    return int(plain) if kind == "intValue" else plain
