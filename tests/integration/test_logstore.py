"""A log store of other people's reads what is sent by OTLP, and refuses what only Datadog's intake takes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from faults.journals import KEY, PACE, leave, records
from faults.oracle import Oracle
from integration.logstore import storing
from integration.producing import DEADLINE
from integration.test_mapping import OPTIONS
from otlp.receiver import Arrived
from otlp.variety import log_everything, record_of
from record.journals import reader, restored

from telemetry_events import JournalHandler, telemetry_logger
from telemetry_events.delivery import Intake, Shipper
from telemetry_events.otlp import OTLPHandler

RESOURCE = ("deployment.environment.name", "host.name", "service.name", "service.version")
# What the store, or OpenTelemetry's SDK, adds.
ADDED = ("_stream", "_stream_id", "scope.version", "service.instance.id")
# What it puts in the place of a message that is empty, as it does not keep what is.
NO_MESSAGE = "missing _msg field"


def arrived(row: dict[str, str]) -> Arrived:
    """Return what the store has of a log record as the log record."""
    members = {name: text for name, text in row.items() if name not in ADDED and "telemetry.sdk" not in name}
    time = datetime.fromisoformat(members.pop("_time"))
    body = members.pop("_msg")
    return Arrived(
        {name: members.pop(name) for name in RESOURCE},
        members.pop("scope.name"),
        members.pop("event_name", ""),
        "" if body.startswith(NO_MESSAGE) else body,
        int(members.pop("severity_number")),
        members.pop("severity_text"),
        round(time.timestamp() * 1000) * 1_000_000,
        members,
        members.pop("trace_id", ""),
        members.pop("span_id", ""),
    )


def texts(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the store can have it: all that is no text is printed, and nothing is empty."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        text = value if isinstance(value, str | dict) else json.dumps(value, separators=(",", ":"))
        found |= {name: text} if text else {}
    return found | {"emitter": "", "timestamp": ""}  # which differ


def test_otlp_is_read(tmp_path: Path) -> None:
    """What the handler sends is stored with every message, severity, trace, name and attribute."""
    with storing(tmp_path / "store") as store, restored():
        handler = OTLPHandler(endpoint=f"{store.url}/insert/opentelemetry/v1/logs", **OPTIONS)
        journal = JournalHandler(directory=tmp_path / "journals", **OPTIONS)
        telemetry_logger.handlers = [handler, journal]
        log_everything()
        is_sent = handler.settle(DEADLINE)
        handler.close()
        journal.close()
        found = [texts(record_of(arrived(row))) for row in store.everything()]
    expected = [texts(json.loads(line)) for line in reader(tmp_path / "journals")()]

    assert is_sent
    assert len(expected) > 35
    assert sorted(found, key=lambda record: int(record["seq"])) == expected


def test_the_form_of_datadogs_agent(tmp_path: Path) -> None:
    """Who takes nothing but what the Agent posts refuses all: all is held, and goes elsewhere whole."""
    lines = records(1200)
    leave(tmp_path / "journals", lines)
    with storing(tmp_path / "store") as store:
        url = f"{store.url}/insert/datadog/api/v2/logs"
        shipper = Shipper(tmp_path / "journals", Intake.find(url=url, api_key=KEY), pace=PACE)
        assert not shipper.deliver()
        assert shipper.counters.state == "holding: every record is refused: 400"
        assert shipper.counters.quarantined == shipper.counters.delivered == 0
        shipper.close()
        assert store.everything() == []

    with Oracle() as oracle:
        shipper = Shipper(tmp_path / "journals", Intake.find(url=oracle.url, api_key=KEY), pace=PACE)
        assert shipper.deliver()
        shipper.close()
        assert list(oracle.lines.values()) == lines
