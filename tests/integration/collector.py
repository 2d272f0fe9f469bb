"""Runs the Collector that deploy/collector builds, on deploy/otel-collector.yaml."""

import functools
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from conftest import ROOT

__all__ = ["CONFIG", "ORIGINAL", "Collector", "free_port", "otelcol", "running"]

CONFIG = ROOT / "deploy" / "otel-collector.yaml"
BUILD = ROOT / "deploy" / "collector" / "build.sh"
# Seconds. It is ready in less than one.
READY = 60
_READY_WORDS = "Everything is ready"
# Without it, lines that count as read may be in memory only: deploy/otel-collector.yaml says so.
GATE = "--feature-gates=stanza.synchronousLogEmitter"
# The attribute in which a line is kept as it was.
ORIGINAL = "log.record.original"
# What only tests want: the lines as they were, no port for its metrics, and soon.
_SOON: dict[str, Any] = {
    "receivers": {"file_log": {"attributes": {ORIGINAL: "EXPR(body)"}, "poll_interval": "100ms"}},
    "exporters": {
        "otlp_http": {
            "sending_queue": {"batch": {"flush_timeout": "100ms"}},
            "retry_on_failure": {"initial_interval": "100ms", "max_interval": "500ms"},
        }
    },
    "service": {"telemetry": {"metrics": {"level": "none"}}},
}


@functools.cache
def otelcol() -> str:
    """Return the path of the Collector, which is built if need be."""
    return subprocess.run([BUILD], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Collector:
    """A Collector with a place of its own, where it keeps its state, its output and its complaints."""

    def __init__(
        self,
        place: Path,
        changes: Mapping[str, Any],
        environment: Mapping[str, str],
        config: Path | None = CONFIG,
    ) -> None:
        place.mkdir(exist_ok=True)
        self.place = place
        # The directory of journals that it reads.
        self.journals = place / "journals"
        self._log = place / "collector.log"
        self._environment = (
            os.environ
            | {"TELEMETRY_EVENTS_DIR": str(self.journals), "OTELCOL_STORAGE": str(place / "storage")}
            | environment
        )
        # JSON is YAML. Where a later file has a list, it is the list.
        files = [] if config is None else [config]
        for number, each in enumerate((_SOON, changes) if config else (changes,)):
            file = place / f"changes-{number}.yaml"
            file.write_text(json.dumps(each))
            files.append(file)
        self._options = [GATE, *(f"--config={file}" for file in files)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready."""
        before = self.said().count(_READY_WORDS)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [otelcol(), *self._options], env=self._environment, stdout=log, stderr=log
            )
        end = monotonic() + READY
        while self.said().count(_READY_WORDS) == before:
            assert self._process.poll() is None, self.said()
            assert monotonic() < end, self.said()
            sleep(0.02)

    def said(self) -> str:
        """Return all that it has said so far."""
        return self._log.read_text() if self._log.exists() else ""

    def kill(self) -> None:
        """End it at once, as the OOM killer would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as it wants to be ended."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(READY)


@contextmanager
def running(
    place: Path, changes: Mapping[str, Any], config: Path | None = CONFIG, **environment: str
) -> Iterator[Collector]:
    """Run a Collector on the configuration with some changes, for as long as the context lasts."""
    collector = Collector(place, changes, environment, config)
    collector.start()
    try:
        yield collector
    finally:
        collector.stop()
