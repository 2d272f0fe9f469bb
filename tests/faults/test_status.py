"""Every status that an intake, or what stands before it, may answer, and what becomes of the records."""

from pathlib import Path
from random import Random

import pytest
from faults.journals import KEY, Shippers, by_identity, leave, persist, record, records
from faults.judge import judge
from faults.oracle import Oracle, answer
from faults.responses import Response, accept

from telemetry_events.delivery import quarantine as quarantine_module

DELIVERED, RETRIED, REFUSED = {202}, {408, 429, *range(500, 600)}, {400, 413}
OTHERS = {*range(200, 600)} - DELIVERED - RETRIED - REFUSED
POISON = b'"message":"poison"'


def held(directory: Path) -> list[bytes]:
    """Return the lines in quarantine."""
    return [line for file in directory.glob("quarantine/*/*") for line in file.read_bytes().splitlines()]


def waiting(directory: Path) -> bytes:
    """Return what lies in journals."""
    return b"".join(file.read_bytes() for file in sorted(directory.glob("*/*.jsonl")))


def refusing(entries: list[bytes]) -> Response:
    """Refuse each body that has a poisoned record in it."""
    return answer(400) if any(POISON in entry for entry in entries) else accept


@pytest.mark.parametrize("hundred", [200, 300, 400, 500])
def test_what_is_not_accepted_is_kept_and_sent_again(
    hundred: int, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Whatever the status, if it is not 202: nothing leaves the journal before one came."""
    lines = records(3)
    for status in sorted((RETRIED | OTHERS) & {*range(hundred, hundred + 100)}):
        leave(tmp_path, lines)
        oracle.script.append(answer(status, body=b"<html>Sign in</html>"))
        shipper = shipper_of(tmp_path, oracle.url)

        assert not shipper.deliver()
        assert waiting(tmp_path) == b"".join(line + b"\n" for line in lines), status
        assert shipper.counters.state == f"{'waiting' if status in RETRIED else 'holding'}: {status}"
        assert (shipper.counters.delivered, shipper.counters.quarantined) == (0, 0), status
        assert shipper.counters.retried == 3

        assert shipper.deliver()
        assert not list(tmp_path.glob("service-*"))
        assert shipper.counters.delivered == 3
    assert judge(by_identity(lines), oracle, tmp_path).hold().waiting == 0


def test_only_202_is_delivered(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """What a 202 was answered to is gone from the journal."""
    leave(tmp_path, records(3))
    shipper = shipper_of(tmp_path, oracle.url)

    assert shipper.deliver()
    assert not waiting(tmp_path)
    assert shipper.counters.delivered == len(oracle.accepted) == 3


@pytest.mark.parametrize("status", sorted(REFUSED))
@pytest.mark.parametrize("place", [1, 500, 777, 1000])
def test_one_poisoned_record_is_found(
    status: int, place: int, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Of a thousand, 999 are delivered and one is set aside, as it was, in a logarithm of requests."""
    lines = [record(seq, text="poison" if seq == place else "") for seq in range(1, 1001)]
    leave(tmp_path, lines)
    oracle.judge = lambda entries: answer(status) if any(POISON in each for each in entries) else accept
    shipper = shipper_of(tmp_path, oracle.url)

    assert shipper.deliver()
    assert held(tmp_path) == [lines[place - 1]]
    assert list((tmp_path / "quarantine" / str(status)).iterdir())
    assert len(oracle.accepted) == shipper.counters.delivered == 999
    assert shipper.counters.quarantined == 1
    assert len(oracle.requests) <= 2 * 9.97 + 2
    assert judge(by_identity(lines), oracle, tmp_path).hold().duplicates == 0


def test_a_body_that_is_too_large_for_somebody(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """A proxy that takes less than the intake gets halves, and everything arrives."""
    lines = records(1000)
    leave(tmp_path, lines)
    oracle.judge = lambda entries: accept if len(b",".join(entries)) < 20_000 else answer(413)

    assert shipper_of(tmp_path, oracle.url).deliver()
    assert judge(by_identity(lines), oracle, tmp_path).hold().delivered == 1000
    assert oracle.statuses[413] > 0
    assert list(oracle.lines.values()) == lines


@pytest.mark.parametrize("status", sorted(REFUSED))
@pytest.mark.parametrize("count", [1, 5, 200])
def test_an_intake_that_refuses_everything(
    status: int,
    count: int,
    tmp_path: Path,
    oracle: Oracle,
    shipper_of: Shippers,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It is not the records that are wrong: they stay, nothing is set aside, and somebody is told."""
    lines = records(count)
    leave(tmp_path, lines)
    oracle.usually = answer(status)
    shipper = shipper_of(tmp_path, oracle.url)

    for _ in range(3):
        assert not shipper.deliver()
    assert not held(tmp_path)
    assert waiting(tmp_path) == b"".join(line + b"\n" for line in lines)
    assert capfd.readouterr().err.count("every record is refused") == 1

    oracle.usually = accept
    persist(shipper)
    assert judge(by_identity(lines), oracle, tmp_path).hold().delivered == count


def test_an_intake_that_comes_to_refuse_everything(
    tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """After it has accepted some, ten records are set aside at the most until that is clear."""
    before = records(50)
    leave(tmp_path, before, segment=1)
    shipper = shipper_of(tmp_path, oracle.url)
    assert shipper.deliver()
    lines = [record(seq) for seq in range(51, 251)]
    leave(tmp_path, lines, segment=2)
    oracle.usually = answer(400)

    for _ in range(5):
        assert not shipper.deliver()
    assert len(held(tmp_path)) <= 10
    oracle.usually = accept
    persist(shipper)
    assert judge(by_identity([*before, *lines]), oracle, tmp_path).hold().waiting == 0


def test_many_poisoned_records_among_good_ones(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Each is set aside, and every good one arrives, in order."""
    poisoned = set(Random(1).sample(range(1, 2001), 100))  # noqa: S311 (no secret hangs on it)
    lines = [record(seq, text="poison" if seq in poisoned else "") for seq in range(1, 2001)]
    leave(tmp_path, lines)
    oracle.judge = refusing
    shipper = shipper_of(tmp_path, oracle.url)
    persist(shipper)

    assert sorted(held(tmp_path)) == sorted(line for line in lines if POISON in line)
    assert list(oracle.lines.values()) == [line for line in lines if POISON not in line]


def test_a_full_quarantine(
    tmp_path: Path, oracle: Oracle, shipper_of: Shippers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no room there stays in the journal; it is not dropped, and goes when there is room."""
    monkeypatch.setattr(quarantine_module, "MOST_BYTES", 10)
    lines = [record(seq, text="poison" if seq == 2 else "") for seq in range(1, 4)]
    leave(tmp_path, lines)
    oracle.judge = refusing
    shipper = shipper_of(tmp_path, oracle.url)

    assert not shipper.deliver()
    assert not shipper.deliver()
    assert shipper.counters.state == "holding: the quarantine is full"
    assert lines[1] in waiting(tmp_path)
    assert lines[2] in waiting(tmp_path)
    assert judge(by_identity(lines), oracle, tmp_path).hold().quarantined == 0

    monkeypatch.undo()
    persist(shipper)
    assert judge(by_identity(lines), oracle, tmp_path).hold().quarantined == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    status: int, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Another host that an answer points to sees no connection, and so no key and no record."""
    leave(tmp_path, records(1))
    with Oracle() as other:
        oracle.usually = answer(status, f"Location: {other.url}/api/v2/logs")
        shipper = shipper_of(tmp_path, oracle.url)
        for _ in range(3):
            assert not shipper.deliver()

        assert shipper.counters.state == f"holding: {status}"
        assert other.connections == 0
        assert len(oracle.requests) == 3


def test_a_request_is_what_the_intake_documents(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """Path, headers and body are those of Datadog's `POST /api/v2/logs`, the key in one of them alone."""
    lines = records(2)
    leave(tmp_path, lines)
    shipper_of(tmp_path, oracle.url).deliver()
    (request,) = oracle.requests

    assert request.head.startswith(b"POST /api/v2/logs HTTP/1.1\r\n")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-encoding"] == "gzip"
    assert request.headers["user-agent"].startswith("telemetry-events")
    assert request.headers["dd-api-key"] == KEY
    assert (request.head + request.json).count(KEY.encode()) == 1
    assert request.json == b"[" + b",".join(lines) + b"]"
