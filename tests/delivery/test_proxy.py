"""Which proxy is taken. What it does is in tests/faults/test_proxy.py."""

import base64

import pytest

from telemetry_events.delivery.endpoint import Endpoint
from telemetry_events.delivery.proxy import Proxy

INTAKE = Endpoint.find("datadoghq.eu")


@pytest.mark.parametrize(
    ("exceptions", "is_taken"),
    [
        ("", True),
        ("example.org", True),
        ("*", False),
        ("http-intake.logs.datadoghq.eu", False),
        ("http-intake.logs.datadoghq.eu:443", False),
        ("http-intake.logs.datadoghq.eu:8443", True),
        ("HTTP-Intake.logs.datadoghq.EU", False),
        ("datadoghq.eu", False),
        (".datadoghq.eu", False),
        ("example.org , .datadoghq.eu", False),
        ("doghq.eu", True),
        ("logs.datadoghq.eu.example.org", True),
    ],
)
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_exceptions(variable: str, exceptions: str, is_taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_PROXY` names hosts, domains and ports, as other programs understand it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:8080")
    monkeypatch.setenv(variable, exceptions)
    assert (Proxy.find(INTAKE) is not None) == is_taken


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://proxy:8080", ("proxy", 8080, None)),
        ("http://proxy:8080/", ("proxy", 8080, None)),
        ("http://proxy", ("proxy", 3128, None)),
        ("proxy:8080", ("proxy", 8080, None)),
        ("proxy", ("proxy", 3128, None)),
        ("HTTP://10.1.2.3:1", ("10.1.2.3", 1, None)),
        ("http://[fe80::1]:1", ("fe80::1", 1, None)),
        ("http://user@proxy", ("proxy", 3128, "user:")),
        ("user:secret@proxy:8080", ("proxy", 8080, "user:secret")),
        ("http://domain%5Cuser:a%3Ab%40c%25@proxy", ("proxy", 3128, "domain\\user:a:b@c%")),
        (" http://proxy:8080\n", ("proxy", 8080, None)),
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "DD_PROXY_HTTPS"])
def test_urls(
    variable: str, url: str, expected: tuple[str, int, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheme may be missing, and so may a port; user and password are those behind the escapes."""
    monkeypatch.setenv(variable, url)
    found = Proxy.find(INTAKE)
    host, port, pair = expected
    authorization = f"Basic {base64.b64encode(pair.encode()).decode()}" if pair else ""

    assert found == Proxy(host, port, authorization)
    assert repr(found) == f"Proxy({host}:{port})"


def test_none() -> None:
    """Where no variable names one, none is taken."""
    assert Proxy.find(INTAKE) is None
