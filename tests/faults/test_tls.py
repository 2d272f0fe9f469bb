"""Who the intake says it is, and whether that is believed."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
from faults.certificates import Authority
from faults.journals import KEY, Shippers, by_identity, leave, persist, records
from faults.judge import judge
from faults.oracle import Oracle
from faults.responses import answer, answer_and_close, answer_early, drip, hang
from faults.server import Server
from faults.test_network import DEADLINE, LARGE

from telemetry_events import TelemetryError
from telemetry_events.delivery import Intake
from telemetry_events.delivery.outcome import Outcome


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no machine knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another one."""
    return Authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
def secure(authority: Authority) -> Iterator[Oracle]:
    """An intake with TLS."""
    with Oracle(tls=authority.server()) as oracle:
        yield oracle


def old(authority: Authority) -> ssl.SSLContext:
    """Return a server that has nothing newer than TLS 1.1."""
    context = authority.server()
    with catch_warnings():
        simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_an_authority_that_is_trusted(
    way: str,
    tmp_path: Path,
    secure: Oracle,
    authority: Authority,
    shipper_of: Shippers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the right `ca_file` all is delivered, over one connection."""
    lines = records(2500)
    leave(tmp_path, lines)
    options = {"ca_file": authority.file} if way == "argument" else {}
    monkeypatch.setenv("TELEMETRY_EVENTS_CA_FILE", "" if options else str(authority.file))
    shipper = shipper_of(tmp_path, secure.url, **options)

    assert shipper.deliver()
    assert judge(by_identity(lines), secure, tmp_path).hold().delivered == 2500
    assert secure.connections == 1


NOT_TRUSTED = {
    "unknown authority": ("unable to get local issuer certificate", {}, True),
    "signed by itself": ("self-signed certificate", {"signed_by_itself": True}, True),
    "expired": ("certificate has expired", {"is_expired": True}, False),
    "of another host": ("IP address mismatch", {"names": ["http-intake.logs.datadoghq.com"]}, False),
}


@pytest.mark.parametrize("name", NOT_TRUSTED)
def test_a_certificate_that_is_not_trusted(
    name: str,
    tmp_path: Path,
    authority: Authority,
    stranger: Authority,
    shipper_of: Shippers,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing is sent, everything is held, the reason is said, and all arrives when it is put right."""
    reason, options, is_strange = NOT_TRUSTED[name]
    lines = records(10)
    leave(tmp_path, lines)
    tls = (stranger if is_strange else authority).server(*options.pop("names", ()), **options)
    with Oracle(tls=tls) as oracle:
        shipper = shipper_of(tmp_path, oracle.url, ca_file=authority.file)
        for _ in range(3):
            assert not shipper.deliver()
        port = oracle.port
        assert not oracle.requests
    assert shipper.counters.state.startswith("holding: certificate: ")
    assert reason in shipper.counters.state
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert reason in said

    with Oracle(port=port, tls=authority.server()) as oracle:
        persist(shipper)
        assert judge(by_identity(lines), oracle, tmp_path).hold().delivered == 10


def test_without_a_ca_file_the_machine_decides(tmp_path: Path, secure: Oracle, shipper_of: Shippers) -> None:
    """An authority that only the tests know is not trusted by itself."""
    leave(tmp_path, records(1))
    shipper = shipper_of(tmp_path, secure.url)

    assert not shipper.deliver()
    assert shipper.counters.state.startswith("holding: certificate: ")
    assert not secure.requests


def test_an_old_tls_is_not_spoken(
    tmp_path: Path, authority: Authority, shipper_of: Shippers, capfd: pytest.CaptureFixture[str]
) -> None:
    """A server that has TLS 1.0 and 1.1 alone gets nothing; somebody is told after a few tries."""
    leave(tmp_path, records(1))
    with Oracle(tls=old(authority)) as oracle:
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with catch_warnings():
            simplefilter("ignore", DeprecationWarning)
            plain.minimum_version = ssl.TLSVersion.TLSv1
        plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
        plain.set_ciphers("ALL:@SECLEVEL=0")
        with plain.wrap_socket(socket.create_connection(("127.0.0.1", oracle.port))) as able:
            assert able.version() == "TLSv1.1"
        shipper = shipper_of(tmp_path, oracle.url, ca_file=authority.file)
        for _ in range(6):
            assert not shipper.deliver()
        assert not oracle.requests
    assert shipper.counters.state.startswith("waiting: TLS: ")
    assert capfd.readouterr().err.startswith("telemetry-events: records are kept, and not delivered: TLS: ")


def test_a_server_that_speaks_plainly_gets_nothing(
    tmp_path: Path, oracle: Oracle, authority: Authority, shipper_of: Shippers
) -> None:
    """Where TLS is wanted there is no way without it: no key and no record goes out."""
    leave(tmp_path, records(1))
    oracle.faults.clear()
    shipper = shipper_of(
        tmp_path, f"https://127.0.0.1:{oracle.port}", ca_file=authority.file, deadline=DEADLINE
    )

    assert not shipper.deliver()
    assert KEY.encode() not in oracle.everything
    assert not oracle.requests


class Mute(Server):
    """Takes a connection, and says nothing, also no TLS."""

    def converse(self, _connection: socket.socket) -> None:
        """Wait for the end."""
        self.released.wait()


def test_a_handshake_that_does_not_end(authority: Authority) -> None:
    """The deadline holds for the handshake too."""
    with Mute() as mute:
        intake = Intake.find(url=f"https://127.0.0.1:{mute.port}", api_key=KEY, ca_file=authority.file)
        found = intake.post([b"[]"], DEADLINE)
        assert (found.outcome, found.reason) == (Outcome.RETRY, "no answer in time")


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (hang(), Outcome.RETRY),
        (hang(is_early=True), Outcome.RETRY),
        (drip(b"HTTP/1.1 202 A\r\n", 0.1), Outcome.RETRY),
    ],
    ids=["hangs", "reads nothing", "drips"],
)
def test_deadlines_hold_with_tls(
    response: object, outcome: Outcome, secure: Oracle, authority: Authority
) -> None:
    """The deadlines are the same."""
    secure.script.append(response)  # type: ignore[arg-type]
    intake = Intake.find(url=secure.url, api_key=KEY, ca_file=authority.file, compression="none")

    assert intake.post([LARGE], DEADLINE * 2).outcome is outcome
    secure.released.set()
    assert intake.post([b'[{"emitter":"e","seq":1}]'], 5.0).outcome is Outcome.DELIVERED
    intake.close()


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "left open"])
def test_an_early_413_is_seen(is_open: bool, secure: Oracle, authority: Authority) -> None:
    """With TLS, too, a server that answers before it has read all has answered."""
    intake = Intake.find(url=secure.url, api_key=KEY, ca_file=authority.file, compression="none")
    for _ in range(10):
        secure.script.append(answer_early(413, is_open=is_open))
        assert intake.post([LARGE], 60.0).outcome is Outcome.REFUSED
    assert intake.post([b'[{"emitter":"e","seq":1}]'], 60.0).outcome is Outcome.DELIVERED
    intake.close()


def test_a_connection_that_was_closed_meanwhile(secure: Oracle, authority: Authority) -> None:
    """With TLS, too, it is no failure, and the request goes out again at once."""
    secure.usually = answer_and_close(202)
    intake = Intake.find(url=secure.url, api_key=KEY, ca_file=authority.file)
    for _ in range(10):
        assert intake.post([b'[{"emitter":"e","seq":1}]'], 5.0).outcome is Outcome.DELIVERED
    intake.close()
    assert len(secure.requests) == 10


def test_a_large_body_goes_whole(secure: Oracle, authority: Authority) -> None:
    """What no buffer takes at once arrives byte by byte, on a first connection and on one that is kept."""
    secure.usually = answer(500)
    intake = Intake.find(url=secure.url, api_key=KEY, ca_file=authority.file, compression="none")
    for _ in range(3):
        intake.post([LARGE], 60.0)
    intake.close()

    assert [request.body == LARGE for request in secure.requests] == [True] * 3
    assert secure.connections == 1


def test_a_redirect_to_a_place_without_tls(
    tmp_path: Path, secure: Oracle, oracle: Oracle, authority: Authority, shipper_of: Shippers
) -> None:
    """It is not followed either."""
    leave(tmp_path, records(1))
    secure.usually = answer(307, f"Location: {oracle.url}")
    shipper = shipper_of(tmp_path, secure.url, ca_file=authority.file)

    assert not shipper.deliver()
    assert oracle.connections == 0


@pytest.mark.parametrize("way", ["argument", "environment"])
@pytest.mark.parametrize(
    "kind", ["missing", "garbage", "empty", "a directory", "a key alone", "no name", "number"]
)
def test_a_ca_file_that_cannot_be_used(
    kind: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one clear line before anything is sent."""
    file: object = tmp_path / "authority.pem"
    match kind:
        case "garbage":
            (tmp_path / "authority.pem").write_bytes(b"\xff\x00-----BEGIN CERTIFICATE-----\n?\n")
        case "empty":
            (tmp_path / "authority.pem").touch()
        case "a directory":
            file = tmp_path
        case "a key alone":
            (tmp_path / "authority.pem").write_text(
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
            )
        case "no name":
            file = "\0" if way == "argument" else "/\u00fc/\u2028"
        case "number":
            file = 5
    if way == "environment":
        monkeypatch.setenv("TELEMETRY_EVENTS_CA_FILE", str(file))
    with pytest.raises(TelemetryError) as found:
        Intake.find(api_key=KEY, ca_file=file if way == "argument" else None)  # type: ignore[arg-type]

    assert str(found.value).startswith("ca_file: ")
    assert "\n" not in str(found.value)
    if kind in ("garbage", "empty", "a key alone"):
        assert str(found.value) == f"ca_file: {file}: no certificates"
