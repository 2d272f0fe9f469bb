"""When a request is sent again that has failed: as the intake says, and as it is decided here."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from faults.journals import PACE, Shippers, leave, record, records
from faults.oracle import Oracle, answer
from faults.responses import accept


# Of 408, 429 and 5xx alone it is said that time helps; `asked` is what is asked for in such a header.
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("Retry-After: 7", 7),
        ("X-RateLimit-Reset: 7", 7),
        ("Retry-After: 7\r\nX-RateLimit-Reset: 3", 7),
        ("Retry-After: 100000", 120),
        ("Retry-After: " + "9" * 400, 120),
        ("Retry-After: -5", 0),
        ("Retry-After: soon", 0),
        ("Retry-After: Mon, 99 Xxx 9999 99:99:99 GMT", 0),
        ("Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("X-RateLimit-Reset: nan", 0),
    ],
)
def test_the_intake_says_when(
    status: int, header: str, asked: int, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """What it asks for is waited for, as far as the longest wait, and else no longer than the first bound."""
    leave(tmp_path, records(1))
    oracle.script.append(answer(status, header))
    shipper = shipper_of(tmp_path, oracle.url, longest=120.0)

    assert not shipper.deliver()
    assert asked <= shipper.wait <= asked + PACE.first


def test_the_intake_says_when_by_a_date(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """A date of HTTP is as good as a number of seconds."""
    leave(tmp_path, records(1))
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    oracle.script.append(answer(503, f"Retry-After: {then}"))
    shipper = shipper_of(tmp_path, oracle.url, longest=120.0)

    assert not shipper.deliver()
    assert 50 < shipper.wait <= 61


def test_waits_grow_and_differ(tmp_path: Path, oracle: Oracle, shipper_of: Shippers) -> None:
    """While the intake is not well the waits are drawn from ever longer spans, up to the longest."""
    leave(tmp_path, records(1))
    oracle.usually = answer(503)
    shipper = shipper_of(tmp_path, oracle.url, first=1.0, longest=120.0)
    waits = []
    for _ in range(40):
        assert not shipper.deliver()
        waits.append(shipper.wait)

    assert all(wait <= min(2.0**number, 120.0) for number, wait in enumerate(waits))
    assert max(waits) > 16
    assert len(set(waits)) == len(waits)

    oracle.usually = accept
    assert shipper.deliver()
    leave(tmp_path, [record(2)])
    oracle.usually = answer(503)
    assert not shipper.deliver()
    assert shipper.wait <= 1.0
