"""The proxy on the way to the intake, as the environment says it."""

import base64
import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from telemetry_events.delivery.endpoint import Endpoint, is_host
from telemetry_events.errors import TelemetryError

__all__ = ["Proxy"]


@dataclass(frozen=True)
class Proxy:
    """A proxy that is asked for a tunnel. `authorization` is that header's value, if it wants one."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def find(cls, endpoint: Endpoint) -> "Proxy | None":
        """Return the proxy of `DD_PROXY_HTTPS`, else of the system's own settings, if there is one to take.

        These are `HTTPS_PROXY` and `NO_PROXY`. None stands before an intake without TLS, which is on this
        machine. Raises `TelemetryError`, which shows no password.
        """
        if not endpoint.is_secure or proxy_bypass(f"{endpoint.host}:{endpoint.port}"):
            return None
        url = os.environ.get("DD_PROXY_HTTPS", "").strip() or getproxies().get("https", "").strip()
        if not url:
            return None
        proxy = _of_url(url)
        if proxy is None:
            # Out here, where no other error is about, whose words may hold the password.
            raise TelemetryError("proxy: not a URL with http:// and a host")
        return proxy

    def __repr__(self) -> str:
        return f"Proxy({self.host}:{self.port})"


def _of_url(url: str) -> Proxy | None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname or "", parts.port or 3128
    except ValueError:
        return None
    if parts.scheme != "http" or not is_host(host):
        return None
    user = unquote(parts.username or "")
    pair = f"{user}:{unquote(parts.password or '')}".encode()
    return Proxy(host, port, f"Basic {base64.b64encode(pair).decode()}" if user else "")
