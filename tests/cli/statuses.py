"""Runs `telemetry-events status`, and makes what shippers say of themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cli.conftest import invoke
from cli.shipments import folder

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery.counters import Counters

__all__ = [
    "ago",
    "dead_pid",
    "held",
    "held_last",
    "late",
    "quarantined",
    "shipper",
    "state_of",
    "status",
    "status_json",
]


def status(directory: Path, *options: str) -> tuple[int, str, str]:
    """Run `status` within this process."""
    return invoke("status", *options, directory)


def status_json(directory: Path, *options: str) -> dict[str, Any]:
    """Return what `status --json` prints."""
    found: dict[str, Any] = json.loads(status(directory, "--json", *options)[1])
    return found


def ago(seconds: float) -> str:
    """Return the time of so many seconds ago, as records have it."""
    return rfc3339(now_ms() - int(seconds * 1000))


def shipper(directory: Path, number: int, name: str = "", **members: object) -> Path:
    """Write what a shipper says of itself."""
    directory.mkdir(exist_ok=True)
    found = {
        "pid": number,
        "intake": "https://http-intake.logs.datadoghq.com:443/api/v2/logs",
        "started_at": ago(600),
        "updated_at": ago(1),
        "is_closed": False,
        **vars(Counters()),
        **members,
    }
    path = directory / f"shipper-{name or number}-1.json"
    path.write_text(json.dumps(found) + "\n")
    return path


def state_of(directory: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Return all that can be known of what is in a directory."""
    found = {}
    for path in [directory, *directory.rglob("*")]:
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (about.st_ino, about.st_mtime_ns, about.st_ctime_ns, content)
    return found


def dead_pid() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def quarantined(path: Path) -> None:
    """Set records aside."""
    for why, lines in {"400": b"1\n2\n", "invalid": b"torn"}.items():
        (path / "quarantine" / why).mkdir(parents=True)
        (path / "quarantine" / why / "worker.jsonl").write_bytes(lines)


def held(path: Path) -> None:
    """Have a shipper that is held."""
    shipper(path, os.getpid(), state="holding: 403")


def held_last(path: Path) -> None:
    """Have nobody deliver any more, as the last one was held."""
    folder(path, 2)
    shipper(path, dead_pid(), state="holding: 403")
    shipper(path, dead_pid(), "before", updated_at=ago(100))


def late(path: Path) -> None:
    """Have a record that waits for long."""
    folder(path, 2, at=ago(700))
