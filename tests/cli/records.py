"""Lines of records as docs/record.md has them, and the command in a process of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from telemetry_events import BatchProgressEvent, TelemetryEvent, canonical_json, enum_text
from telemetry_events.v1 import TelemetryContext, TelemetryEnvelope, TelemetryException, TelemetryStatus

COMMAND = Path(sys.executable).with_name("telemetry-events")
EMITTER = "c4hbwz5gqmdd3tqe"
OTHER_EMITTER = "aaaaaaaaaaaaaaa2"
BATCH = BatchProgressEvent("ResultsOnly", 3)


def record(
    event: TelemetryEvent | str = BATCH,
    seq: int = 1,
    *,
    emitter: str = EMITTER,
    at: str = "2026-11-23T10:00:00.123Z",
    status: str = "info",
    error: TelemetryException | None = None,
    trace: Any = None,
    service: str = "worker",
    **context: str,
) -> bytes:
    """Return the line of an event's record, or of a plain message's, without its line feed."""
    envelope = TelemetryEnvelope(
        ddsource="worker",
        ddtags="env:prod,version:1.4.2",
        emitter=emitter,
        hostname="pod-7",
        message=event if isinstance(event, str) else enum_text(event.event),
        seq=seq,
        service=service,
        status=TelemetryStatus[status.upper()],
        timestamp=at,
        error=error,
        dd=trace,
    )
    groups = [canonical_json(envelope), canonical_json(TelemetryContext(**context))]
    if not isinstance(event, str):
        groups.append(canonical_json(event))
    return b"{" + b",".join(group[1:-1] for group in groups if group != b"{}") + b"}"


def segment(folder: Path, number: int, *lines: bytes, torn: bytes = b"") -> Path:
    """Write a segment of an emitter's folder; `torn` is what follows its last line feed."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:08d}.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines) + torn)
    return path


def run(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> tuple[int, str, str]:
    """Run the command in a process of its own; return its status, its output and its errors."""
    done = subprocess.run(
        [COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PATH": ""} | environment,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
