"""An intake or a proxy that means harm gets records and a key, and can do nothing else with its answers."""

import tracemalloc
from pathlib import Path
from random import Random

import pytest
from faults.journals import Shippers, leave, records
from faults.oracle import Oracle
from faults.responses import answer, say

from telemetry_events.delivery import Intake

SECONDS = 1.0


def intake_of(oracle: Oracle) -> Intake:
    """Return what posts to an oracle."""
    return Intake.find(url=oracle.url, api_key="k" * 32)


DATES = [
    "Mon, 01 Jan 99999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2020 00:00:00 +99999999999999999999",
    "Mon, 01 Jan 2020 99999999999999999999:00:00 GMT",
    "Mon, 01 Jan 0001 00:00:00 -0000",
    "Mon, 01 Jan 9999 23:59:59 -2359",
    "9" * 60000,
    "-1",
    "1e9",
    "NaN",
    "inf",
    "٣",
    "\x1b[2J",
    "",
]


@pytest.mark.parametrize("name", ["Retry-After", "X-RateLimit-Reset"])
@pytest.mark.parametrize("text", DATES, ids=lambda text: ascii(text[:45]))
@pytest.mark.parametrize("status", [202, 429])
def test_waits_that_nobody_can_wait_for(
    status: int, text: str, name: str, oracle: Oracle, tmp_path: Path, shipper_of: Shippers
) -> None:
    """Whatever an intake asks to wait, the answer is what its status says, and the wait has its bound."""
    leave(tmp_path, records(3))
    oracle.script.append(answer(status, f"{name}: {text}"))
    shipper = shipper_of(tmp_path, oracle.url)

    assert shipper.deliver() is (status == 202)

    assert 0 <= shipper.wait <= shipper.pace.longest
    assert shipper.counters.delivered == (3 if status == 202 else 0)


def test_answers_of_chance(oracle: Oracle) -> None:
    """No answer, of whatever bytes, is an error, or delivered without a line that says 202."""
    chance = Random(5)  # noqa: S311
    headers = b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\nRetry-After: 1\r\n"
    whole = b"HTTP/1.1 202 Accepted\r\n" + headers + b"\r\n{}"
    intake = intake_of(oracle)
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        # A connection that is closed is tried again at once if it was an old one.
        oracle.script.append(say(bytes(raw)))
        oracle.usually = say(bytes(raw))
        found = intake.post([b"[]"], SECONDS)
        assert found.outcome.value != "delivered" or b" 202" in raw, raw
        assert found.reason.isprintable()
        oracle.script.clear()
    intake.close()


ENDLESS = {
    "body": b"HTTP/1.1 202 Accepted\r\nContent-Length: 100000000\r\n\r\n" + bytes(30_000_000),
    "chunk": b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + bytes(30_000_000),
    "header": b"HTTP/1.1 202 Accepted\r\nX: " + b"x" * 30_000_000,
    "headers": b"HTTP/1.1 202 Accepted\r\n" + b"X: x\r\n" * 5_000_000,
    "status": b"HTTP/1.1 202 " + b"x" * 30_000_000,
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000_000,
}


@pytest.mark.parametrize("what", ENDLESS)
def test_answers_without_an_end(what: str, oracle: Oracle) -> None:
    """However long an answer is, of it less than a megabyte is held, and the request ends."""
    raw = ENDLESS[what]
    oracle.usually = say(raw)
    intake = intake_of(oracle)
    tracemalloc.start()
    try:
        found = intake.post([b"[]"], SECONDS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    intake.close()

    assert found.outcome.value == ("delivered" if what in ("body", "chunk") else "retry")
    assert peak < 2**20


def test_an_answer_is_not_taken_apart(oracle: Oracle, tmp_path: Path, shipper_of: Shippers) -> None:
    """What stands in an answer is in no counter, file or word of ours, but for its status."""
    leave(tmp_path, records(3))
    oracle.script.append(answer(403, "X: canary", body=b'{"errors":["canary \x1b[2J"]}'))
    shipper = shipper_of(tmp_path, oracle.url)

    assert not shipper.deliver()

    assert shipper.counters.state == "holding: 403"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
