"""The intake: takes a batch, and answers. https://docs.datadoghq.com/api/latest/logs/#send-logs."""

import os
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import time

from telemetry_events.delivery.api_key import ApiKey
from telemetry_events.delivery.compression import Compression, packing
from telemetry_events.delivery.connection import Connection, ProxyRefusedError
from telemetry_events.delivery.endpoint import Endpoint
from telemetry_events.delivery.outcome import Outcome, outcome_of, outcome_without_tunnel
from telemetry_events.delivery.proxy import Proxy
from telemetry_events.errors import TelemetryError

__all__ = ["Answer", "Intake"]

# Nothing of an answer but its status counts; what is left unread of a longer one costs the connection.
_MOST_READ = 64 * 2**10


@dataclass(frozen=True)
class Answer:
    """What came of a request: its outcome, why in a few words, and how many seconds the intake asks for."""

    outcome: Outcome
    reason: str
    wait: float = 0.0


class Intake:
    """Posts batches, one at a time, over one connection that is kept.

    Raises `TelemetryError` for what cannot be used. It logs nothing, follows no redirect, and shows its key
    in nothing but the header that it belongs to.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: ApiKey,
        *,
        ca_file: str | os.PathLike[str] | None = None,
        compression: Compression = "gzip",
    ) -> None:
        self.endpoint = endpoint
        self._means = (endpoint, compression, ca_file)
        self._key = key
        self._encoding, self._packer = packing(compression)
        self._proxy = Proxy.find(endpoint)
        self._tls = _tls(ca_file) if endpoint.is_secure else None
        self._agent = _agent()
        self._connection: Connection | None = None
        self._is_cut = False

    @classmethod
    def find(
        cls,
        site: str | None = None,
        url: str | None = None,
        api_key: str | None = None,
        api_key_file: str | os.PathLike[str] | None = None,
        *,
        ca_file: str | os.PathLike[str] | None = None,
        compression: Compression = "gzip",
    ) -> "Intake":
        """Return the intake that these arguments, and the environment, come to. Raises `TelemetryError`."""
        key = ApiKey.find(api_key, api_key_file)
        if key is None:
            raise TelemetryError("api_key: there is none; set DD_API_KEY")
        return cls(Endpoint.find(site, url), key, ca_file=ca_file, compression=compression)

    def is_like(self, other: "Intake") -> bool:
        """Tell whether another one sends the same, the same way, to the same place."""
        return self._means == other._means and self._key.value == other._key.value

    def post(self, parts: Iterable[bytes], deadline: float) -> Answer:
        """Send the parts of a body, a JSON array, within so many seconds of the last one.

        Never raises for what another machine does, and nothing is sent if getting a part raises.
        """
        packer = self._packer()
        body = b"".join([*map(packer.compress, parts), packer.flush()])
        self._is_cut = False
        answer = self._try(body, deadline)
        if answer is None and not self._is_cut:
            # The connection was an old one, and the intake had closed it.
            answer = self._try(body, deadline)
        answer = answer or Answer(Outcome.RETRY, "the connection was closed")
        if answer.outcome is Outcome.HOLD:
            self._key.renew()
        return answer

    def cut_off(self) -> None:
        """End the request that another thread has under way, for nothing is to be waited for."""
        self._is_cut = True
        connection = self._connection
        if connection is not None:
            connection.cut_off()

    def close(self) -> None:
        """Close the connection. The next request opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _try(self, body: bytes, deadline: float) -> Answer | None:
        """Return the answer to one request, or nothing if it is worth trying again at once."""
        connection = self._connection = self._connection or Connection(self.endpoint, self._proxy, self._tls)
        is_old = connection.begin(deadline)
        try:
            response, is_sent = self._exchange(connection, body)
        except ProxyRefusedError as refusal:
            self.close()
            return Answer(outcome_without_tunnel(refusal.status), f"the proxy answers {refusal.status}")
        except ssl.SSLCertVerificationError as error:
            self.close()
            return Answer(Outcome.HOLD, f"certificate: {error.verify_message}")
        except (OSError, HTTPException) as error:
            self.close()
            is_stale = is_old and isinstance(error, ConnectionError)
            return None if is_stale else Answer(Outcome.RETRY, _reason(error))
        if not _is_read(response) or response.will_close or not is_sent:
            self.close()
        outcome = outcome_of(response.status)
        if outcome is Outcome.DELIVERED and not is_sent:
            return Answer(Outcome.RETRY, f"{response.status} before all was sent")
        return Answer(outcome, str(response.status), _asked(response))

    def _exchange(self, connection: Connection, body: bytes) -> tuple[HTTPResponse, bool]:
        """Return the answer, and whether all of the request was sent before."""
        headers = {
            "DD-API-KEY": self._key.value,
            "Content-Type": "application/json",
            "Content-Encoding": self._encoding,
            "User-Agent": self._agent,
        }
        is_sent = True
        try:
            connection.request("POST", self.endpoint.path, body, headers)
        except OSError:
            # It may have answered before it had read all, as with 413, and read no further.
            if connection.sock is None:
                raise
            is_sent = False
        is_sent = is_sent and not connection.is_spent
        return connection.getresponse(), is_sent


def _agent() -> str:
    try:
        return f"telemetry-events/{version('telemetry-events')}"
    except PackageNotFoundError:  # the sources as they are, without a package
        return "telemetry-events"


def _tls(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext:
    file = ca_file
    if file is None:
        file = os.environ.get("TELEMETRY_EVENTS_CA_FILE", "").strip() or None
    if file == "":
        raise TelemetryError("ca_file: an empty path")
    try:
        context = ssl.create_default_context(cafile=None if file is None else Path(file))
    except ssl.SSLError:
        raise TelemetryError(f"ca_file: {file}: no certificates") from None
    except OSError as error:
        raise TelemetryError(f"ca_file: {file}: {error.strerror}") from None
    except (TypeError, ValueError):
        raise TelemetryError("ca_file: not a path") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_read(response: HTTPResponse) -> bool:
    """Read what comes with a status, and return whether that was all. Whatever it is, the status stands."""
    try:
        return len(response.read(_MOST_READ + 1)) <= _MOST_READ
    except (OSError, HTTPException):
        return False


def _asked(response: HTTPResponse) -> float:
    """Return the seconds that the intake asks to wait (RFC 9110, 10.2.3; Datadog's X-RateLimit-Reset)."""
    for name in ("Retry-After", "X-RateLimit-Reset"):
        text = (response.getheader(name) or "").strip()
        if text.isascii() and text.isdecimal():
            return float(text[:9])
        if text and name == "Retry-After":
            return max(0.0, _date(text) - time())
    return 0.0


def _date(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _reason(error: Exception) -> str:
    """Return why there is no answer, in words that hold nothing of what was sent."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "the host's name cannot be resolved"
    if isinstance(error, RemoteDisconnected):
        return "the connection was closed"
    if isinstance(error, HTTPException):
        return "the answer is not HTTP"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or type(error).__name__}"
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if isinstance(number, int) and number > 0 else type(error).__name__
