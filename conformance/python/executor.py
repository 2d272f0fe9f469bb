"""The executor of Python: answers with what the library prints, through the parts that a handler uses.

Classes for the conformance package are generated when it starts, as a user's own would be.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "conformance"))

from runner.generating import generate  # noqa: E402
from runner.protocol import Request, Response, delimited, take  # noqa: E402

from telemetry_events import EncodeError, RedactionKey, canonical_json, v1  # noqa: E402
from telemetry_events.context import Context  # noqa: E402
from telemetry_events.message import TelemetryMessage  # noqa: E402
from telemetry_events.record import Circumstances, Recorder, Source  # noqa: E402

LEVELS = {number: 10 * number for number in range(1, 6)}


def answer(request: Any) -> Any:
    """Return the response to a request."""
    response = Response(name=request.name)
    try:
        key = RedactionKey(request.key.id, request.key.secret) if request.HasField("key") else None
        event = class_of(request.type).parse(request.message) if request.type else None
        if request.HasField("record"):
            response.record = record(event, key, request.record)
        else:
            response.canonical = canonical_json(event, key)  # type: ignore[arg-type]
    except EncodeError as error:
        response.error.kind, response.error.field = error.kind, error.field
    except Exception as error:
        response.crash = f"{type(error).__name__}: {error}"
    return response


def record(event: Any, key: RedactionKey | None, asked: Any) -> bytes:
    """Return the line of an event, or of a plain message, under the circumstances that are asked for."""
    envelope = asked.envelope
    source = Source(
        service=envelope.service,
        hostname=envelope.hostname,
        ddsource=envelope.ddsource,
        ddtags=envelope.ddtags,
    )
    recorder = Recorder(source, key)
    recorder.emitter = envelope.emitter
    then = Circumstances(
        round(datetime.fromisoformat(envelope.timestamp).timestamp() * 1000),
        Context({field.name: value for field, value in asked.context.ListFields()}),
        part(v1.TelemetryTrace, envelope, "dd"),
        part(v1.TelemetryException, envelope, "error"),
    )
    level = LEVELS[envelope.status]
    try:
        parts = (
            recorder.event_of(event, level, then) if event else recorder.text(envelope.message, level, then)
        )
    except EncodeError as error:
        parts = recorder.invalid(event, error, level, then)
    parts[1] = b"%d" % envelope.seq
    return b"".join(parts)


def part(kind: type[Any], envelope: Any, field: str) -> Any:
    """Return a message within the envelope as one of ours, if it is there."""
    return kind.parse(getattr(envelope, field).SerializeToString()) if envelope.HasField(field) else None


def class_of(name: str) -> type[TelemetryMessage]:
    """Return our class for the full name of a message."""
    package, _, message = name.rpartition(".")
    found: type[TelemetryMessage] = getattr(
        v1 if package == "telemetry_events.v1" else kitchen_sink(package), message
    )
    return found


@cache
def kitchen_sink(package: str) -> Any:
    """Return the module of the conformance package."""
    if package != "telemetry_conformance.v1":
        raise LookupError(f"no package {package}")
    with TemporaryDirectory() as folder:
        generate(ROOT / "conformance" / "proto", Path(folder, "kitchen"))
        sys.path.insert(0, str(Path(folder, "kitchen")))
        return import_module(package)


def converse(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
    """Answer requests, in their order, until there are no more."""
    buffer = bytearray()
    while chunk := read(2**16):
        buffer += chunk
        while (body := take(buffer)) is not None:
            write(delimited(answer(Request.FromString(body))))


if __name__ == "__main__":
    output = sys.stdout.buffer
    sys.stdout = sys.stderr

    def write_now(response: bytes) -> None:
        """Write a response, and do not keep it for later."""
        output.write(response)
        output.flush()

    converse(lambda size: os.read(0, size), write_now)
