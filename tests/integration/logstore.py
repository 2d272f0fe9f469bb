"""Runs VictoriaLogs, a log store that takes OTLP, and what Datadog's Agent posts to `/api/v2/logs`."""

import functools
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from integration.collector import free_port

__all__ = ["LogStore", "storing"]

RELEASE = "v1.52.1"
MODULE = f"github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@{RELEASE}"
# Seconds. It is ready in less than one.
READY = 60


@functools.cache
def victoria_logs() -> Path:
    """Return the path of the program, which is built once and kept outside of the tree."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "telemetry-events" / f"victoria-logs-{RELEASE}"
    if not (folder / "victoria-logs").exists():
        subprocess.run(["go", "install", MODULE], env=os.environ | {"GOBIN": str(folder)}, check=True)
    return folder / "victoria-logs"


class LogStore:
    """A log store that runs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def everything(self) -> list[dict[str, str]]:
        """Return all that it has stored; each member's value is a text, and one that is empty is none."""
        self.ask("/internal/force_flush")
        lines = self.ask("/select/logsql/query?query=*").splitlines()
        found: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return found

    def ask(self, path: str) -> bytes:
        """Return what is at a path of its own."""
        with urlopen(self.url + path, timeout=READY) as response:  # noqa: S310 (http, and of this machine)
            answer: bytes = response.read()
        return answer


@contextmanager
def storing(folder: Path) -> Iterator[LogStore]:
    """Run a log store that keeps what it is given in a folder."""
    address = f"127.0.0.1:{free_port()}"
    options = [f"-storageDataPath={folder}", f"-httpListenAddr={address}", "-retentionPeriod=100y"]
    with (folder.parent / "log").open("wb") as log:
        process = subprocess.Popen([victoria_logs(), *options], stdout=log, stderr=log)
    store, end = LogStore(f"http://{address}"), monotonic() + READY
    try:
        while True:
            assert process.poll() is None
            assert monotonic() < end
            try:
                store.ask("/health")
                break
            except URLError:
                sleep(0.02)
        yield store
    finally:
        process.terminate()
        process.wait(READY)
