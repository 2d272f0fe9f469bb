"""Certificates for servers on loopback: good ones, and others."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

__all__ = ["Authority"]

_PAST = datetime.now(UTC) - timedelta(days=1)


class Authority:
    """An authority of the tests' own, whose certificate is in `file`."""

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self.file = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def server(self, *names: str, is_expired: bool = False, signed_by_itself: bool = False) -> ssl.SSLContext:
        """Return what a server needs that has a certificate for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if signed_by_itself:
            with self._authority.private_key_pem.tempfile() as key:
                context.load_cert_chain(self.file, key)
            return context
        expiry = {"not_before": _PAST - timedelta(days=1), "not_after": _PAST} if is_expired else {}
        self._authority.issue_cert(*(names or ("127.0.0.1", "localhost")), **expiry).configure_cert(context)
        return context
