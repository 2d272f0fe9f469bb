"""What is sent goes encrypted to whom it is for, and nothing switches that off."""

import inspect
import re
import ssl
from pathlib import Path

import pytest

import telemetry_events
from telemetry_events import DatadogLogsHandler, TelemetryError, setup_telemetry
from telemetry_events.delivery import Intake

SOURCES = Path(telemetry_events.__file__).parent


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "10.0.0.1",
        "0.0.0.0",  # noqa: S104
        "[::]",
        "169.254.169.254",
        "128.0.0.1",
        "127.0.0.1.example.com",
        "localhost.example.com",
        "LOCALHOST.",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[fe80::1]",
        "127.0.0.1@x",
    ],
)
def test_without_encryption_to_this_machine_alone(host: str) -> None:
    """`http://` is refused for each host but this machine, by an address of it or as `localhost`."""
    with pytest.raises(TelemetryError, match=r"^intake: ") as refused:
        Intake.find(url=f"http://{host}:8080", api_key="k")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
def test_this_machine(host: str) -> None:
    """`http://` is taken for this machine; no proxy stands before it."""
    intake = Intake.find(url=f"http://{host}:8080", api_key="k")

    assert intake._tls is None
    assert intake._proxy is None


@pytest.mark.parametrize(
    "scheme", ["ftp", "file", "httpx", "HTTP", "ws", "", "javascript", "unix", "http+unix"]
)
def test_other_schemes(scheme: str) -> None:
    """There is no other way than these two."""
    with pytest.raises(TelemetryError, match=r"^intake: "):
        Intake.find(url=f"{scheme}://intake.example", api_key="k")


@pytest.mark.parametrize("options", [{}, {"site": "datadoghq.eu"}, {"url": "https://127.0.0.1:1"}])
def test_certificates_and_names_are_checked(options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS 1.2 is the least; certificates are required, and to be of the host, whatever Python is told."""
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    intake = Intake.find(api_key="k", **options)

    assert intake._tls is not None
    assert intake._tls.minimum_version is ssl.TLSVersion.TLSv1_2
    assert intake._tls.verify_mode is ssl.CERT_REQUIRED
    assert intake._tls.check_hostname


def test_an_unchecked_context_of_the_program_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What programs do to have Python's own HTTPS unchecked does nothing here."""
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)

    tls = Intake.find(site="datadoghq.com", api_key="k")._tls

    assert tls is not None
    assert tls.verify_mode is ssl.CERT_REQUIRED


def test_nothing_switches_it_off() -> None:
    """No argument of what is public, and no word of the sources, turns the checks off."""
    public = (setup_telemetry, DatadogLogsHandler, Intake, Intake.find)
    arguments = {name for each in public for name in inspect.signature(each).parameters}
    forbidden = r"verif|insecure|unsafe|skip|trust|check_host|tls|ssl|context"

    assert {"ca_file", "site"} <= arguments
    assert not [name for name in arguments if re.search(forbidden, name)]
    switches = r"CERT_NONE|CERT_OPTIONAL|check_hostname|verify_mode|_create_unverified|set_ciphers|SECLEVEL"
    assert not [path for path in SOURCES.rglob("*.py") if re.search(switches, path.read_text())]
    variables = {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r'"((?:DD|TELEMETRY_EVENTS)_[A-Z_]+)"', path.read_text())
    }
    assert "TELEMETRY_EVENTS_CA_FILE" in variables
    assert not [name for name in variables if re.search(forbidden, name.lower())]
