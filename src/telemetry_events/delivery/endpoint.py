"""Where the intake is."""

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from telemetry_events.errors import TelemetryError

__all__ = ["Endpoint", "is_host"]

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SITE = re.compile(rf"(?=.{{4,200}}$){_LABEL}(\.{_LABEL})+")
# Some have an underscore, which no site has.
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_DEFAULT_SITE = "datadoghq.com"
_PATH = "/api/v2/logs"


@dataclass(frozen=True)
class Endpoint:
    """An intake's address."""

    host: str
    port: int
    path: str
    is_secure: bool

    @classmethod
    def find(cls, site: str | None = None, url: str | None = None) -> "Endpoint":
        """Return the intake of a Datadog site, or the one of a URL.

        Else that of `TELEMETRY_EVENTS_INTAKE`, a URL, or of `DD_SITE`, or of datadoghq.com. The list of
        sites is open. Raises `TelemetryError`.
        """
        for argument, given in (("site", site), ("intake", url)):
            if given is not None and not (isinstance(given, str) and given.strip()):
                raise TelemetryError(f"{argument}: not a text, or an empty one")
        url = url or (os.environ.get("TELEMETRY_EVENTS_INTAKE", "").strip() if site is None else "")
        if url:
            return _of_url(url)
        site = (os.environ.get("DD_SITE", "") if site is None else site).strip().lower() or _DEFAULT_SITE
        if not _SITE.fullmatch(site):
            raise TelemetryError(f"site: {site[:100]!r} is not a name such as {_DEFAULT_SITE}")
        return cls(f"http-intake.logs.{site}", 443, _PATH, True)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.is_secure else ''}://{host}:{self.port}{self.path}"


def is_host(text: str) -> bool:
    """Tell whether a text is a host's name, or its address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOST.fullmatch(text))
    return "%" not in text  # behind which anything may follow


def _of_url(url: str) -> Endpoint:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TelemetryError("intake: not a URL") from None
    is_secure = parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not is_host(host):
        raise TelemetryError("intake: not a URL with https:// and a host")
    # A URL is shown and logged, so a key has no place in it.
    if parts.username or parts.password or parts.query or parts.fragment:
        raise TelemetryError("intake: a URL has no user, no query and no fragment here")
    if not re.fullmatch(r"[!-~]*", parts.path):
        raise TelemetryError("intake: a path with characters that no URL has")
    if not is_secure and not _is_loopback(host):
        raise TelemetryError(f"intake: {host} is not this machine, and so needs https://")
    path = parts.path if parts.path not in ("", "/") else _PATH
    return Endpoint(host, port or (443 if is_secure else 80), path, is_secure)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
