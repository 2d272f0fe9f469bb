"""A proxy on the way to the intake: which one is taken, what it gets to see, and what it may do."""

import base64
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.certificates import Authority
from faults.journals import KEY, Shippers, by_identity, leave, persist, records
from faults.judge import judge
from faults.oracle import Oracle
from faults.proxy import OPENED, TunnelProxy
from faults.test_network import DEADLINE

from telemetry_events import TelemetryError
from telemetry_events.delivery import Intake
from telemetry_events.delivery.outcome import Outcome

PASSWORD = "p@ss:w/rd \u00fc"  # noqa: S105 (nobody's)
# As it stands in a URL.
QUOTED = "p%40ss%3Aw%2Frd%20%C3%BC"
BODY = b'[{"emitter":"e","seq":1}]'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no machine knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Oracle]:
    """An intake with TLS, which is trusted."""
    monkeypatch.setenv("TELEMETRY_EVENTS_CA_FILE", str(authority.file))
    with Oracle(tls=authority.server()) as oracle:
        yield oracle
        assert not oracle.faults


@pytest.fixture
def proxy() -> Iterator[TunnelProxy]:
    """A proxy that opens tunnels."""
    with TunnelProxy() as proxy:
        yield proxy


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "DD_PROXY_HTTPS"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_tunnel(
    variable: str,
    scheme: str,
    tmp_path: Path,
    secure: Oracle,
    proxy: TunnelProxy,
    shipper_of: Shippers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All is delivered through one tunnel, and the proxy sees the host's name, and no key and no record."""
    monkeypatch.setenv(variable, f"{scheme}{proxy.address}")
    lines = records(2500)
    leave(tmp_path, lines)
    shipper = shipper_of(tmp_path, secure.url)

    assert shipper.deliver()
    assert judge(by_identity(lines), secure, tmp_path).hold().delivered == 2500
    assert proxy.heads == [
        f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1\r\nHost: 127.0.0.1:{secure.port}".encode()
    ]
    assert proxy.connections == secure.connections == 1
    assert len(proxy.passed) > 1000
    for secret in (KEY, "DD-API-KEY", "emitter"):
        assert secret.encode() not in proxy.everything
    assert secure.requests[0].headers["dd-api-key"] == KEY
    assert "proxy-authorization" not in secure.requests[0].headers


def test_a_proxy_with_a_password(secure: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets user and password as they are, not as they stand in the URL, and the intake gets neither."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://us%65r:{QUOTED}@{proxy.address}")
    intake = Intake.find(url=secure.url, api_key=KEY)

    assert intake.post([BODY], 5.0).outcome is Outcome.DELIVERED
    intake.close()
    pair = base64.b64encode(f"user:{PASSWORD}".encode())
    assert proxy.heads[0].endswith(b"\r\nProxy-Authorization: Basic " + pair)
    assert pair not in secure.everything


def test_datadogs_own_variable_goes_first(
    secure: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `DD_PROXY_HTTPS` and `HTTPS_PROXY` differ, the first is taken."""
    with TunnelProxy() as other:
        monkeypatch.setenv("HTTPS_PROXY", other.address)
        monkeypatch.setenv("DD_PROXY_HTTPS", proxy.address)
        intake = Intake.find(url=secure.url, api_key=KEY)
        assert intake.post([BODY], 5.0).outcome is Outcome.DELIVERED
        intake.close()
        assert (proxy.connections, other.connections) == (1, 0)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "DD_PROXY_HTTPS"])
@pytest.mark.parametrize("exception", ["127.0.0.1", "*", "example.org, 127.0.0.1"])
def test_an_exception(
    variable: str, exception: str, secure: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `NO_PROXY` names is gone to straight."""
    monkeypatch.setenv(variable, proxy.address)
    monkeypatch.setenv("NO_PROXY", exception)
    intake = Intake.find(url=secure.url, api_key=KEY)

    assert intake.post([BODY], 5.0).outcome is Outcome.DELIVERED
    intake.close()
    assert proxy.connections == 0


def test_an_intake_without_tls_is_gone_to_straight(
    oracle: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on this machine, and its key is for no proxy to see."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "DD_PROXY_HTTP", "DD_PROXY_HTTPS"):
        monkeypatch.setenv(variable, proxy.address)
    intake = Intake.find(url=oracle.url, api_key=KEY)

    assert intake.post([BODY], 5.0).outcome is Outcome.DELIVERED
    intake.close()
    assert proxy.connections == 0


@pytest.mark.parametrize("status", [201, 202, 204, 301, 302, 307, 400, 401, 403, 404, 407, 413, 418])
def test_a_proxy_that_refuses(
    status: int,
    tmp_path: Path,
    secure: Oracle,
    proxy: TunnelProxy,
    shipper_of: Shippers,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Its status says nothing of the records: whatever it is, all are kept, and somebody is told."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{QUOTED}@{proxy.address}")
    proxy.says = b"HTTP/1.1 %d No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nno" % status
    lines = records(20)
    leave(tmp_path, lines)
    shipper = shipper_of(tmp_path, secure.url)
    for _ in range(3):
        assert not shipper.deliver()

    assert shipper.counters.state == f"holding: the proxy answers {status}"
    assert judge(by_identity(lines), secure, tmp_path).hold().waiting == 20
    assert secure.connections == 0
    said = capfd.readouterr().err
    assert said == f"telemetry-events: records are kept, and not delivered: the proxy answers {status}\n"

    proxy.says = OPENED
    persist(shipper)
    assert judge(by_identity(lines), secure, tmp_path).hold().delivered == 20


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_proxy_that_is_not_well(
    status: int, secure: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, as an intake is that is not well."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    proxy.says = b"HTTP/1.1 %d No\r\n\r\n" % status
    found = Intake.find(url=secure.url, api_key=KEY).post([BODY], 5.0)

    assert (found.outcome, found.reason) == (Outcome.RETRY, f"the proxy answers {status}")


@pytest.mark.parametrize(
    "says",
    [b"", b"SSH-2.0\r\n", OPENED, OPENED + b"<html>Sign in</html>", b"HTTP/1.1 200 " + b"x" * 70_000],
    ids=["nothing", "garbage", "200", "200 and HTML", "too much"],
)
def test_a_proxy_that_closes(
    says: bytes, secure: Oracle, proxy: TunnelProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it has said before, it is tried again, and nothing was delivered."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    proxy.says, proxy.closes = says, True
    found = Intake.find(url=secure.url, api_key=KEY).post([BODY], 5.0)

    assert found.outcome is Outcome.RETRY
    assert KEY.encode() not in proxy.everything
    assert not secure.requests


class Hanging(TunnelProxy):
    """Takes a CONNECT, and says nothing."""

    def converse(self, _connection: socket.socket) -> None:
        """Wait for the end."""
        self.released.wait()


def test_a_proxy_that_hangs(secure: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request's deadline holds for the tunnel too."""
    with Hanging() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        found = Intake.find(url=secure.url, api_key=KEY).post([BODY], DEADLINE)
    assert (found.outcome, found.reason) == (Outcome.RETRY, "no answer in time")


def test_a_proxy_that_reads_along(secure: Oracle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that takes the intake's place with a certificate of its own gets no request."""
    with Oracle(tls=Authority(tmp_path).server()) as inspector, TunnelProxy() as proxy:
        # It leads to itself, whatever it was asked for.
        monkeypatch.setattr(
            socket,
            "create_connection",
            lambda *_, connect=socket.create_connection: connect(("127.0.0.1", inspector.port)),
        )
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        found = Intake.find(url=secure.url, api_key=KEY).post([BODY], 5.0)

        assert found.outcome is Outcome.HOLD
        assert found.reason.startswith("certificate: ")
        assert not inspector.requests


def test_a_proxy_that_nobody_listens_on(secure: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again, and there is no other way round it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.getsockname()[1]}")
    found = Intake.find(url=secure.url, api_key=KEY).post([BODY], 5.0)

    assert (found.outcome, found.reason) == (Outcome.RETRY, "connection refused")
    assert secure.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{QUOTED}@host:port",
        f"http://user:{QUOTED}@host:99999",
        f"http://user:{QUOTED}@",
        f"socks5://user:{QUOTED}@host:1080",
        f"https://user:{QUOTED}@host:443",
        f"http://user:{QUOTED}@[::1",
        f"http://user:{QUOTED}@ho st:3128",
        f"http://user:{QUOTED}@{'a' * 64}.example.org",
        "://",
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "DD_PROXY_HTTPS"])
def test_a_proxy_that_is_no_url(url: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one clear line before anything is sent, and shows no password."""
    monkeypatch.setenv(variable, url)
    with pytest.raises(TelemetryError) as found:
        Intake.find(api_key=KEY)

    assert str(found.value).startswith("proxy: ")
    assert "\n" not in str(found.value)
    shown = "".join(traceback.format_exception(found.value)) + repr(found.value.__context__)
    assert QUOTED not in shown
    assert PASSWORD not in shown


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the client nor by what it holds."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{QUOTED}@host:3128")
    intake = Intake.find(api_key=KEY)

    pair = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    shown = repr(intake) + "".join(map(repr, vars(intake).values()))
    assert "host:3128" in shown
    for secret in (PASSWORD, QUOTED, pair, KEY):
        assert secret not in shown
