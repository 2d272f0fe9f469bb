"""`telemetry-events ship --follow` delivers whatever comes, and ends when it is told to."""

import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.records import COMMAND, EMITTER, OTHER_EMITTER, record
from cli.shipments import (
    PATIENCE,
    claimer,
    eventually,
    folder,
    live_emitter,
    now,
    running,
    shipping,
    two_folders,
)
from faults.oracle import Oracle, Request, Response, answer


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake on loopback."""
    with Oracle() as oracle:
        yield oracle
        assert not oracle.faults


@pytest.fixture
def hung() -> Iterator[Oracle]:
    """An intake that takes everything and never answers."""

    def hang(oracle: Oracle, _connection: socket.socket, _request: Request) -> bool:
        oracle.released.wait()
        return False

    with Oracle(usually=Response(act=hang)) as oracle:
        yield oracle


def ended(process: object, *signals: signal.Signals) -> tuple[int, str, str]:
    """Send signals; return the exit status, the output and the errors."""
    for each in signals:
        process.send_signal(each)  # type: ignore[attr-defined]
    output, errors = process.communicate(timeout=PATIENCE)  # type: ignore[attr-defined]
    return process.returncode, output, errors  # type: ignore[attr-defined]


def test_whatever_comes_is_delivered(oracle: Oracle, tmp_path: Path) -> None:
    """It delivers what is there, what is appended, and folders that are new, of processes dead or alive."""
    folder(tmp_path, 3)
    with shipping(oracle, "--follow", tmp_path) as process:
        eventually(lambda: len(oracle.accepted) == 3)
        folder(tmp_path, 4, emitter=OTHER_EMITTER)
        eventually(lambda: len(oracle.accepted) == 7)
        with live_emitter(tmp_path, 5) as emitter:
            eventually(lambda: len(oracle.accepted) == 12)
            emitter.stdin.write("\n")
            emitter.stdin.flush()
            eventually(lambda: len(oracle.accepted) == 13)
            with live_emitter(tmp_path, 2):
                eventually(lambda: len(oracle.accepted) == 15)
        status, output, errors = ended(process, signal.SIGTERM)

    assert (status, output[:20]) == (0, "delivered 15 records")
    assert errors == f"telemetry-events: delivering what is in {tmp_path} to {oracle.url}/api/v2/logs\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_last_records(number: signal.Signals, oracle: Oracle, tmp_path: Path) -> None:
    """What was recorded just before the signal to end is delivered, and the claims are given up."""
    path = folder(tmp_path, 3)
    with live_emitter(tmp_path, 1) as emitter, shipping(oracle, "--follow", tmp_path) as process:
        eventually(lambda: len(oracle.accepted) == 4)
        emitter.stdin.write("\n")
        emitter.stdin.flush()
        assert emitter.stdout.readline() == "written\n"
        assert ended(process, number)[0] == 0
        assert len(oracle.accepted) == 5
        assert not path.exists()
        with claimer(next(tmp_path.glob("live-*"))):
            pass


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
@pytest.mark.parametrize("options", [["--follow"], []], ids=["follow", "backlog"])
def test_it_ends_with_the_intake_hung(
    options: list[str], signals: list[signal.Signals], hung: Oracle, tmp_path: Path
) -> None:
    """A request that is never answered keeps it for some seconds, and what it held stays."""
    path = folder(tmp_path, 3)
    with shipping(hung, *options, tmp_path) as process:
        eventually(lambda: hung.requests and hung.requests[0].body)
        status, output, errors = ended(process, *signals)

    assert (status, output) == (0 if options else 1, "")
    assert errors.splitlines()[-1].startswith("telemetry-events: 3 records left, ")
    assert errors.endswith(": interrupted\n")
    with claimer(path):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_ends_while_it_connects(tmp_path: Path) -> None:
    """A connection that is not taken keeps it for some seconds."""
    folder(tmp_path, 3)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        with (
            socket.create_connection(server.getsockname()),
            running(
                COMMAND,
                "ship",
                "--follow",
                "--intake",
                f"http://127.0.0.1:{port}",
                tmp_path,
            ) as process,
        ):
            # The queue has room for the first connection alone; this is what another's waiting looks like.
            eventually(lambda: f":{port:04X} 02 " in Path("/proc/net/tcp").read_text())
            assert ended(process, signal.SIGTERM)[0] == 0


def test_it_waits_for_its_directory(oracle: Oracle, tmp_path: Path) -> None:
    """A directory that is not there yet is waited for."""
    place = tmp_path / "later"
    with shipping(oracle, "--follow", place) as process:
        assert process.stderr.readline() == f"telemetry-events: {place}: not there yet, waiting\n"
        place.mkdir()
        two_folders(place)
        eventually(lambda: len(oracle.accepted) == 60)
        assert ended(process, signal.SIGTERM)[0] == 0


def test_it_ends_while_it_waits(oracle: Oracle, tmp_path: Path) -> None:
    """While it waits for its directory, a signal ends it."""
    with shipping(oracle, "--follow", tmp_path / "never") as process:
        process.stderr.readline()
        assert ended(process, signal.SIGTERM) == (0, "", "")


def test_it_outlives_its_directory(oracle: Oracle, tmp_path: Path) -> None:
    """A directory that vanishes is told of, and delivered from when it is there again."""
    place = tmp_path / "journals"
    place.mkdir()
    with shipping(oracle, "--follow", place) as process:
        process.stderr.readline()
        eventually(lambda: list(place.glob("shipper-*.json")))
        place.rename(tmp_path / "gone")
        assert "No such file or directory, and is tried again" in process.stderr.readline()
        folder(place, 3)
        eventually(lambda: len(oracle.accepted) == 3)
        assert ended(process, signal.SIGTERM)[0] == 0


def test_what_is_held_is_said(tmp_path: Path) -> None:
    """Where the key is refused, standard error says so at once, and it goes on."""
    path = folder(tmp_path, 3)
    with Oracle(usually=answer(401)) as oracle, shipping(oracle, "--follow", tmp_path) as process:
        process.stderr.readline()
        assert process.stderr.readline() == "telemetry-events: records are kept, and not delivered: 401\n"
        oracle.usually = answer(202)
        with (path / "00000002.jsonl").open("ab") as file:
            file.write(record("m", 4, emitter=EMITTER, at=now()) + b"\n")
        eventually(lambda: len(oracle.accepted) == 4)
        assert ended(process, signal.SIGTERM)[0] == 0
