"""Whatever answers a request, the client has an outcome of it. More is in tests/faults/test_network.py."""

import gzip
import http.client
import io
import re
import sys
from collections.abc import Iterator

import pytest
import zstandard
from faults.journals import KEY
from faults.oracle import Oracle
from faults.responses import answer, say
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry_events import TelemetryError
from telemetry_events.delivery import Intake
from telemetry_events.delivery.intake import _asked
from telemetry_events.delivery.outcome import Outcome

BODY = b'[{"emitter":"e","seq":1}]'


@pytest.fixture(scope="module")
def shared() -> Iterator[Oracle]:
    """An intake for all examples."""
    with Oracle() as oracle:
        yield oracle


# The beginnings of an answer, so that not all of what is drawn fails at the first byte.
BEGINNINGS = [b"", b"HTTP/1.1 ", b"HTTP/1.1 202 ", b"HTTP/1.1 202 A\r\n", b"HTTP/1.1 503 A\r\nRetry-After: "]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=200))
@example(b"HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\n", b"-1\r\n")
@example(b"HTTP/1.1 202 A\r\nContent-Length: 9999999999999999999999\r\n\r\n", b"x")
@example(b"HTTP/1.1 100 A\r\n\r\n", b"HTTP/1.1 100 A\r\n\r\n")
def test_no_answer_is_an_error(shared: Oracle, begin: bytes, rest: bytes) -> None:
    """Whatever bytes come back there is an outcome, and only a 202 is a delivery."""
    shared.script.append(say(begin + rest))
    intake = Intake.find(url=shared.url, api_key=KEY)
    found = intake.post([BODY], 5.0)
    intake.close()

    is_202 = re.match(
        rb"(HTTP/1\.[^ ]*\s+1[0-9]{2}.*\r\n\r\n)?HTTP/[^ ]*\s+0*202(\s|$)", begin + rest, re.DOTALL
    )
    assert found.outcome is not Outcome.DELIVERED or is_202
    assert "\n" not in found.reason
    assert found.wait >= 0


@given(st.sampled_from(["Retry-After", "X-RateLimit-Reset"]), st.text(max_size=40))
@example("Retry-After", "Mon, 00 Jan 0000 00:00:00 GMT")
@example("Retry-After", "Mon, 01 Jan 0001 00:00:00 -0000")
@example("Retry-After", "31 Dec 9999 23:59:59 -2359")
@example("Retry-After", "\u0664")
@example("Retry-After", "1e9")
@example("X-RateLimit-Reset", "inf")
def test_no_wish_is_an_error(name: str, wish: str) -> None:
    """Whatever stands in such a header, it comes to a number of seconds."""
    assert _asked(response(f"{name}: {wish}")) >= 0


@given(st.integers(0, 10**8))
def test_wishes(seconds: int) -> None:
    """A number is one of seconds, and `Retry-After` goes before the other."""
    assert _asked(response(f"Retry-After: {seconds}")) == seconds
    assert _asked(response(f"X-RateLimit-Reset: {seconds}")) == seconds
    assert _asked(response(f"X-RateLimit-Reset: 1\r\nretry-after: {seconds}")) == seconds


class Answered:
    """What an answer is read from."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def makefile(self, _mode: str) -> io.BytesIO:
        """Return the text as a file."""
        return io.BytesIO(self._text)


def response(headers: str) -> http.client.HTTPResponse:
    """Return an answer that has these headers."""
    text = f"HTTP/1.1 503 A\r\n{headers}\r\n\r\n".encode("utf-8", "replace")
    found = http.client.HTTPResponse(Answered(text))  # type: ignore[arg-type]
    found.begin()
    return found


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_compressions(compression: str, oracle: Oracle) -> None:
    """The encoding is named, and what arrives is the body; the same body is the same bytes each time."""
    oracle.usually = answer(500)
    intake = Intake.find(url=oracle.url, api_key=KEY, compression=compression)  # type: ignore[arg-type]
    intake.post([BODY * 100], 5.0)
    intake.post([BODY * 100], 5.0)
    intake.close()
    first, second = oracle.requests

    assert first.headers["content-encoding"] == {"gzip": "gzip", "none": "identity"}[compression]
    assert first.body == second.body
    assert (gzip.decompress(first.body) if compression == "gzip" else first.body) == BODY * 100


def test_zstd_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package of zstd is not there, one clear line says so."""
    monkeypatch.setitem(sys.modules, "zstandard", None)

    with pytest.raises(TelemetryError, match=r"^compression: zstd needs pip install"):
        Intake.find(api_key=KEY, compression="zstd")


def test_zstd(oracle: Oracle) -> None:
    """With zstd a body is what its package makes of it, and says so."""
    oracle.usually = answer(500)
    intake = Intake.find(url=oracle.url, api_key=KEY, compression="zstd")
    intake.post([BODY], 5.0)
    intake.close()
    [request] = oracle.requests
    assert request.headers["content-encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().decompressobj().decompress(request.body) == BODY


def test_which_is_like_which(oracle: Oracle) -> None:
    """Two are alike that send the same way to the same place with the same key."""
    options = {"url": oracle.url, "api_key": KEY}
    first = Intake.find(**options)
    assert first.is_like(Intake.find(**options | {"url": f"{oracle.url}/api/v2/logs"}))
    for other in ({"url": "http://127.0.0.1:1"}, {"api_key": "another"}, {"compression": "none"}):
        assert not first.is_like(Intake.find(**options | other))


def test_without_a_key() -> None:
    """It is one clear line, which says what to set."""
    with pytest.raises(TelemetryError, match=r"^api_key: there is none; set DD_API_KEY$"):
        Intake.find()
