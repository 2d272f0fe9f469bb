"""An intake that is away, or comes and goes: nothing is lost, and then delivery goes on."""

import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from faults.journals import Shippers, by_identity, leave, persist, record, records
from faults.judge import judge
from faults.oracle import Oracle
from faults.responses import (
    accept,
    answer,
    answer_and_close,
    close_unread,
    reset_midway,
    say,
)
from faults.scale import times

Tally = Callable[[str, int], None]


def test_an_outage_and_its_end(
    tmp_path: Path, shipper_of: Shippers, capfd: pytest.CaptureFixture[str]
) -> None:
    """While nobody listens all is kept and somebody is told once; afterwards all arrives, and what is new."""
    lines = records(3000)
    leave(tmp_path, lines)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    shipper = shipper_of(tmp_path, f"http://127.0.0.1:{port}")
    for _ in range(20):
        assert not shipper.deliver()
    assert (
        capfd.readouterr().err
        == "telemetry-events: records are kept, and not delivered: connection refused\n"
    )
    assert shipper.counters.state == "waiting: connection refused"

    with Oracle(port=port) as oracle:
        persist(shipper)
        assert judge(by_identity(lines), oracle, tmp_path).hold().delivered == 3000
        leave(tmp_path, [fresh := record(3001)])
        persist(shipper, lambda: fresh in oracle.lines.values())


def test_a_flapping_intake(tmp_path: Path, oracle: Oracle, shipper_of: Shippers, tally: Tally) -> None:
    """Nothing is lost or out of order, and once it is well a fresh event arrives."""
    moods = Random(7)  # noqa: S311 (no secret hangs on it)
    faults = [
        *[answer(status) for status in (200, 302, 401, 403, 404, 408, 429, 500, 503)],
        *[reset_midway(), close_unread(), say(b""), say(b"garbage\r\n\r\n"), answer_and_close(202), accept],
        say(b"HTTP/1.1 202 A\r\nContent-Length: 9\r\n\r\n", 202),
        # The answer is lost, so that the records come a second time.
        say(b"", 202),
    ]
    shipper = shipper_of(tmp_path, oracle.url)
    lines: list[bytes] = []
    for segment in range(1, times(150, 5000)):
        more = [record(seq) for seq in range(len(lines) + 1, len(lines) + 11)]
        lines += more
        leave(tmp_path, more, segment=segment)
        oracle.script.append(moods.choice(faults))
        shipper.deliver()
    oracle.script.clear()
    leave(tmp_path, [fresh := record(len(lines) + 1)], segment=10**6)
    persist(shipper, lambda: fresh in oracle.lines.values())
    verdict = judge(by_identity([*lines, fresh]), oracle, tmp_path).hold()

    assert verdict.delivered == len(lines) + 1
    assert verdict.duplicates > 0
    assert list(oracle.lines.values()) == [*lines, fresh]
    tally("faults of the network", len(lines) // 10)
    tally("accepted", verdict.accepted)
    tally("duplicates", verdict.duplicates)
    tally("lost", len(verdict.lost))
