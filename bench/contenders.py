"""The same events made in several ways, so that all can be timed on equal values."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.json_format import MessageToJson
from google.protobuf.message_factory import GetMessages

import telemetry_events
from telemetry_events import RedactionKey, TelemetryEvent, canonical_json
from telemetry_events.schema.image import read_image
from telemetry_events.schema.model import Field

IMAGE = Path(__file__).parent.parent / "build" / "schema.binpb"
PACKAGE = "telemetry_events.v1"
STACK = """\
  File "/opt/platform/worker/src/worker/runner.py", line 214, in run_task
    result = algorithm.run(batch)
  File "/opt/platform/worker/src/worker/algorithms/mean.py", line 58, in run
    return self.reduce(pixels)
  File "/opt/platform/worker/src/worker/algorithms/mean.py", line 91, in reduce
    return numpy.mean(pixels)
"""
TEXTS = {"FILE_NAME": "/data/ct/2026/scan-000017.dcm", "STACK_FRAMES": STACK}
SCALARS = {
    "string": "9d1c7f4e-2b1a",
    "bool": True,
    "int32": 17,
    "int64": 48_211,
    "uint32": 17,
    "double": 0.012734,
}
KEY = RedactionKey("k1", b"0123456789abcdef")


@dataclass
class Contest:
    """One event: how each contender constructs it, and how each makes JSON of it."""

    name: str
    construct: dict[str, Callable[[], object]]
    encode: dict[str, Callable[[], object]]


def contests() -> list[Contest]:
    """Return a contest for each event of the schema: all that is required, every other optional field set."""
    schema = read_image(IMAGE).package(PACKAGE)
    google = GetMessages(FileDescriptorSet.FromString(IMAGE.read_bytes()).file)
    return [
        _contest(message.name, [field for field in message.fields if field.name != "event"], google)
        for message in schema.messages
        if message.is_event
    ]


def _contest(name: str, fields: list[Field], google: dict[str, Any]) -> Contest:
    ours: type[TelemetryEvent] = getattr(telemetry_events, name)
    stock: Any = ours.__bases__[1]
    theirs = google[f"{PACKAGE}.{name}"]
    optional = [field for field in fields if field.presence]
    chosen = [field for field in fields if not field.presence or optional.index(field) % 2 == 0]
    values: dict[str, Any] = {field.name: _value(field) for field in chosen}
    numbers = {
        field.name: int(value) if field.type == "enum" else value
        for (field, value) in zip(chosen, values.values(), strict=True)
    }
    bound = ours(**values).event
    members: dict[str, Any] = json.loads(canonical_json(ours(**values)))
    # The plain dataclass of today's practice: every field is there, the event's name and enums are texts.
    plain: Any = dataclasses.make_dataclass(
        name, [("event", str, members["event"]), *((field.name, object, None) for field in fields)]
    )
    texts = {name: members.get(name, value) for name, value in values.items()}
    event, dataclass_event, stock_event, google_event = (
        ours(**values),
        plain(**texts),
        stock(event=bound, **values),
        theirs(event=int(bound), **numbers),
    )
    return Contest(
        name,
        {
            "ours": partial(ours, **values),
            "plain": partial(plain, **texts),
            "proto2": partial(stock, event=bound, **values),
            "google": partial(theirs, event=int(bound), **numbers),
        },
        {
            "floor": partial(orjson.dumps, members),
            "ours": partial(canonical_json, event),
            "keyed": partial(canonical_json, event, KEY),
            "orjson": partial(orjson.dumps, dataclass_event),
            "json": partial(_json_of_asdict, dataclass_event),
            "google": partial(MessageToJson, google_event),
            "proto2": stock_event.to_json,
        },
    )


def _json_of_asdict(event: Any) -> str:
    return json.dumps(dataclasses.asdict(event), default=str)


def _value(field: Field) -> object:
    if field.type == "enum":
        value: object = getattr(telemetry_events, field.type_name.rpartition(".")[2])(1)
    else:
        value = TEXTS.get(field.sensitivity, SCALARS[field.type])
    return [value, value] if field.repeated else value
