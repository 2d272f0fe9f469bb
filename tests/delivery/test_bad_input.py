"""What delivery cannot be set up with."""

import os
import re
import traceback
from pathlib import Path
from typing import Any

import pytest

from telemetry_events import (
    TelemetryError,
    setup_telemetry,
    telemetry_logger,
)

KEY = "0123456789abcdef0123456789abcdef"
SECRET = "a-secret-that-is-not-shown"  # noqa: S105 (nobody's)
# Of each argument, what cannot be used, and the variable that it can come from too.
WRONG: list[tuple[str, str, list[Any]]] = [
    ("ship", "TELEMETRY_EVENTS_SHIP", ["process", "Thread", "\u00e4"]),
    (
        "site",
        "DD_SITE",
        ["datadog", "https://datadoghq.com", "a b.com", "a..com", "-a.com", "x" * 64 + ".com"],
    ),
    (
        "site",
        "DD_SITE",
        ["datadoghq.com/", "datadoghq.com:443", "a\u00e4.com", "127.0.0.1\u2028.com", "x" * 300],
    ),
    ("intake", "TELEMETRY_EVENTS_INTAKE", ["intake", "ftp://a.b", "https://", "https://a b", "https://a:b/"]),
    (
        "intake",
        "TELEMETRY_EVENTS_INTAKE",
        ["http://intake.example.org", "http://10.0.0.1", "http://127.0.0.1.nip.io"],
    ),
    (
        "intake",
        "TELEMETRY_EVENTS_INTAKE",
        ["https://[::1", "https://a:99999", "https://a..b", "https://a/\u00e4"],
    ),
    ("intake", "TELEMETRY_EVENTS_INTAKE", [f"https://{SECRET}@a.b", f"https://u:{SECRET}@a.b"]),
    ("intake", "TELEMETRY_EVENTS_INTAKE", [f"https://a.b/?k={SECRET}", f"https://a.b/#{SECRET}"]),
    ("api_key", "DD_API_KEY", [f"{SECRET}\n{SECRET}", f"{SECRET} {SECRET}", f"{SECRET}\u00e4", SECRET * 20]),
    ("api_key", "DD_API_KEY", [f"{SECRET}\r\nX: y", f"{SECRET}\x7f", f"{SECRET}\x1b[0m", f"{SECRET}\u2028x"]),
    ("api_key_file", "DD_API_KEY_FILE", ["/dev/null/key", "/nowhere/key", "/"]),
    ("ca_file", "TELEMETRY_EVENTS_CA_FILE", ["/nowhere", "/", "/dev/null"]),
]
# What an argument can be, and a variable cannot.
WRONG_TYPES: list[tuple[str, list[Any]]] = [
    ("ship", ["", 5, ["none"], True]),
    ("site", ["", " ", 5, b"datadoghq.com"]),
    ("intake", ["", " ", 5, b"https://a.b"]),
    ("api_key", ["", " ", 5, SECRET.encode(), f"{SECRET}\0"]),
    ("api_key_file", ["", 5, ["a"], "a\0b"]),
    ("ca_file", ["", 5, ["a"], "a\0b"]),
    ("compression", ["", "zip", None, 5, ["gzip"]]),
]


def refused(**given: Any) -> str:
    """Assert that this cannot be set up, and return why, if it is one line that shows no secret."""
    setup_telemetry(service="before", ship="never")
    before = telemetry_logger.handlers
    with pytest.raises(TelemetryError) as found:
        setup_telemetry(**{"api_key": KEY} | given)
    assert telemetry_logger.handlers is before
    error: BaseException | None = found.value
    shown = "".join(traceback.format_exception(found.value))
    while error is not None:
        shown += f"{error} {error!r} {error.args} {vars(error)} {getattr(error, 'object', '')}"
        error = error.__context__ or error.__cause__
    assert SECRET not in shown
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", str(found.value))
    return str(found.value)


@pytest.mark.parametrize(
    ("argument", "variable", "value"), [(each[0], each[1], value) for each in WRONG for value in each[2]]
)
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_what_cannot_be_used(
    way: str, argument: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one clear line, which names the argument, and what was set up before stays."""
    if way == "environment":
        monkeypatch.setenv(variable, value)
        given = {"api_key": None} if argument.startswith("api_key") else {}
        # Only who asks for delivery has to have a key.
        assert refused(**given).startswith(f"{argument}: ")
    else:
        assert refused(
            **{argument: value} if argument != "api_key_file" else {argument: value, "api_key": None}
        )


@pytest.mark.parametrize(
    ("argument", "value"), [(argument, value) for argument, values in WRONG_TYPES for value in values]
)
def test_what_is_no_text(argument: str, value: object) -> None:
    """Another type, or nothing at all, is one clear line as well."""
    given = {argument: value} | ({"api_key": None} if argument == "api_key_file" else {})
    assert refused(**given).startswith(f"{argument}: ")


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"two\nlines", f"{SECRET}\xff".encode("latin-1"), SECRET.encode() * 20]
)
def test_a_file_that_holds_no_key(content: bytes, tmp_path: Path) -> None:
    """It is one clear line that shows nothing of what the file holds."""
    (tmp_path / "key").write_bytes(content)
    assert refused(api_key=None, api_key_file=tmp_path / "key").startswith("api_key: ")


def test_a_file_without_permission(tmp_path: Path) -> None:
    """A key that may not be read is one clear line."""
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0)
    if os.access(tmp_path / "key", os.R_OK):
        pytest.skip("nothing is forbidden to this user")
    assert refused(api_key=None, api_key_file=tmp_path / "key").endswith("Permission denied")


@pytest.mark.parametrize("asked", [{"site": "datadoghq.eu"}, {"intake": "http://127.0.0.1:1"}])
def test_an_intake_without_a_key(asked: dict[str, str]) -> None:
    """Who asks for an intake, and has no key, is told."""
    assert refused(api_key=None, **asked) == "api_key: there is none; set DD_API_KEY"
