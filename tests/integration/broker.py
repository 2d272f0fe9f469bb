"""Runs a broker of Kafka, one node with KRaft, from the jars that Maven has."""

import functools
import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from confluent_kafka import Consumer, KafkaException
from integration.collector import free_port

__all__ = ["Broker", "lacking", "serving"]

POM = Path(__file__).parent / "kafka" / "pom.xml"
READY = 90
CLUSTER = "AAAAAAAAAAAAAAAAAAAAAQ"


@functools.cache
def _jars() -> str:
    """Return the class path of the broker, which is fetched once for each state of the pom."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "telemetry-events"
    jars = kept / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:16]}"
    if not jars.exists():
        staged = jars.with_name(f"{jars.name}.{os.getpid()}")
        command = [
            "mvn",
            "-q",
            "-B",
            "-f",
            POM,
            "dependency:copy-dependencies",
            f"-DoutputDirectory={staged}",
        ]
        subprocess.run(command, check=True)
        staged.rename(jars)
    return f"{jars}/*"


class Broker:
    """A broker that keeps its data in a place of its own."""

    def __init__(self, place: Path) -> None:
        place.mkdir()
        port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        self._log = place / "broker.log"
        self._settings = place / "server.properties"
        self._settings.write_text(
            f"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:{controller}
            listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            log.dirs={place / "data"}
            offsets.topic.replication.factor=1
            group.initial.rebalance.delay.ms=0
            """
        )
        self._run("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c").wait(READY)
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, *command: str) -> "subprocess.Popen[bytes]":
        java = ["java", "-Xmx256m", "-cp", _jars(), *command, str(self._settings)]
        with self._log.open("ab") as log:
            return subprocess.Popen(java, stdout=log, stderr=log)

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = self._run("kafka.Kafka")
        asking = self.consumer()
        end = monotonic() + READY
        while True:
            try:
                asking.list_topics(timeout=1)
                break
            except KafkaException:
                assert self._process.poll() is None, self._log.read_text()
                assert monotonic() < end, self._log.read_text()
        asking.close()

    def kill(self) -> None:
        """End it at once."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait(READY)

    def consumer(self) -> Consumer:
        """Return a consumer that reads from the beginning, and complains of nothing."""
        return Consumer(
            {
                "bootstrap.servers": self.address,
                "group.id": "tests",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )


def lacking() -> list[str]:
    """Return which of the commands that are needed are not here."""
    return [command for command in ("java", "mvn") if shutil.which(command) is None]


@contextmanager
def serving(place: Path) -> Iterator[Broker]:
    """Have a broker for as long as the context lasts."""
    broker = Broker(place)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()
