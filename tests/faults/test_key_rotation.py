"""A key that is refused, and exchanged while records wait."""

from pathlib import Path

import pytest
from faults.journals import KEY, Shippers, by_identity, leave, persist, records
from faults.judge import judge
from faults.oracle import Oracle, answer
from faults.responses import accept


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_exchanged_in_a_file(
    status: int, tmp_path: Path, oracle: Oracle, shipper_of: Shippers, capfd: pytest.CaptureFixture[str]
) -> None:
    """While the key is refused nothing is dropped, once is somebody told, and then the new one is read."""
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    journals = tmp_path / "journals"
    lines = records(2500)
    leave(journals, lines)
    oracle.usually = answer(status)
    shipper = shipper_of(journals, oracle.url, api_key_file=file)

    for _ in range(30):
        assert not shipper.deliver()
    assert shipper.counters.state == f"holding: {status}"
    assert judge(by_identity(lines), oracle, journals).hold().waiting == 2500
    file.write_text("  new-key-0123456789abcdef\r\n")
    assert not shipper.deliver()
    oracle.usually = accept
    persist(shipper)

    assert judge(by_identity(lines), oracle, journals).hold().delivered == 2500
    assert [request.headers["dd-api-key"] for request in oracle.requests[:31]] == [KEY] * 31
    assert {request.headers["dd-api-key"] for request in oracle.requests[31:]} == {"new-key-0123456789abcdef"}
    said = capfd.readouterr().err
    assert said == f"telemetry-events: records are kept, and not delivered: {status}\n"


def test_a_key_that_is_exchanged_in_the_environment(
    tmp_path: Path, oracle: Oracle, shipper_of: Shippers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that sets `DD_API_KEY` anew delivers with the new one."""
    monkeypatch.setenv("DD_API_KEY", KEY)
    leave(tmp_path, records(1))
    oracle.judge = lambda _: accept if oracle.requests[-1].headers["dd-api-key"] == "new" else answer(403)
    shipper = shipper_of(tmp_path, oracle.url, api_key=None)
    assert not shipper.deliver()

    monkeypatch.setenv("DD_API_KEY", "new\n")
    persist(shipper)
    assert len(oracle.accepted) == 1


@pytest.mark.parametrize("broken", ["", "one\ntwo", "k\u00eby", "\x00"])
def test_a_key_file_that_is_broken_meanwhile(
    broken: str, tmp_path: Path, oracle: Oracle, shipper_of: Shippers
) -> None:
    """Where no key can be read, the one that there was is kept, and no record is dropped."""
    file = tmp_path / "key"
    file.write_text(KEY)
    leave(tmp_path, records(1))
    oracle.script.extend([answer(403), answer(403)])
    shipper = shipper_of(tmp_path, oracle.url, api_key_file=file)
    file.write_text(broken)
    assert not shipper.deliver()
    file.unlink()
    assert not shipper.deliver()

    assert shipper.deliver()
    assert {request.headers["dd-api-key"] for request in oracle.requests} == {KEY}
