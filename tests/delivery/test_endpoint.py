"""Where an intake is."""

import socket
from string import ascii_lowercase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry_events import TelemetryError
from telemetry_events.delivery.endpoint import Endpoint, is_host

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@pytest.mark.parametrize(
    "site",
    [
        "datadoghq.com",
        "us3.datadoghq.com",
        "datadoghq.eu",
        "ap2.datadoghq.com",
        "ddog-gov.com",
        "us2.ddog-gov.com",
    ],
)
def test_sites_that_there_are(site: str) -> None:
    """Each is a host of its own, by the pattern that Datadog documents."""
    assert str(Endpoint.find(site)) == f"https://http-intake.logs.{site}:443/api/v2/logs"


@given(st.lists(LABEL, min_size=2, max_size=4).map(".".join).filter(lambda name: len(name) >= 4))
def test_sites_that_there_may_be(site: str) -> None:
    """The list of sites is open: any name is one."""
    assert Endpoint.find(site).host == f"http-intake.logs.{site}"


@given(st.text(min_size=1, max_size=300))
@example("a" * 64 + ".com")
@example("a..com")
@example("a.com\n")
@example("a.com/?k=")
@example("a.com@b.com")
def test_what_is_no_site(text: str) -> None:
    """Whatever is given, it is an error, or a host that a header can hold and a resolver be asked for."""
    try:
        endpoint = Endpoint.find(text)
    except TelemetryError:
        pass
    else:
        endpoint.host.encode("idna")
        assert endpoint.host.removeprefix("http-intake.logs.").strip(ascii_lowercase + "0123456789.-") == ""


@given(st.text(max_size=100), st.sampled_from(["https://", "http://", ""]))
@example("a..b", "https://")
@example("[::1%\r\nX: y]", "https://")
@example("a.b/\u00e4", "https://")
@example("a.b/ HTTP/1.1\r\nX: y", "https://")
@example("127.0.0.1@b", "http://")
@example("localhost.example.org", "http://")
def test_what_is_no_url(text: str, scheme: str) -> None:
    """Whatever is given, it is an error, or what a request's first lines can hold."""
    try:
        endpoint = Endpoint.find(url=scheme + text)
    except TelemetryError:
        pass
    else:
        endpoint.host.encode("idna")
        assert (endpoint.path + endpoint.host).isascii()
        assert not set(endpoint.path + endpoint.host) & set(" \r\n\t\0")
        assert endpoint.is_secure or endpoint.host == "localhost" or endpoint.host.startswith(("127.", "::1"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://intake.example.org", ("intake.example.org", 443, "/api/v2/logs", True)),
        ("https://INTAKE.example.org:8443/", ("intake.example.org", 8443, "/api/v2/logs", True)),
        ("https://intake.example.org/v1/input", ("intake.example.org", 443, "/v1/input", True)),
        ("http://localhost", ("localhost", 80, "/api/v2/logs", False)),
        ("http://127.8.9.1:99", ("127.8.9.1", 99, "/api/v2/logs", False)),
        ("http://[::1]:99", ("::1", 99, "/api/v2/logs", False)),
        ("https://my_proxy:1", ("my_proxy", 1, "/api/v2/logs", True)),
    ],
)
def test_urls(url: str, expected: tuple[object, ...]) -> None:
    """Port and path are the intake's unless they are given."""
    found = Endpoint.find(url=url)
    assert (found.host, found.port, found.path, found.is_secure) == expected
    assert Endpoint.find(url=str(found)) == found


@pytest.mark.parametrize("host", ["10.0.0.1", "128.0.0.1", "::2", "::ffff:8.8.8.8", "localhost.", "local"])
def test_another_machine_needs_tls(host: str) -> None:
    """Without TLS the key goes to no other machine."""
    with pytest.raises(TelemetryError, match="is not this machine"):
        Endpoint.find(url=f"http://{f'[{host}]' if ':' in host else host}:80")


@given(st.text(max_size=80))
@example("a" * 63 + "." + "b" * 63)
def test_hosts(text: str) -> None:
    """What counts as a host can be looked up without another error than the resolver's."""
    if is_host(text):
        text.encode("idna")
        socket.inet_pton(socket.AF_INET6, text) if ":" in text else None
