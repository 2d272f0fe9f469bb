"""What packs a body, part by part."""

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Literal, Protocol, get_args

from telemetry_events.errors import TelemetryError

__all__ = ["Compression", "Packer", "packing"]

Compression = Literal["gzip", "zstd", "none"]


class Packer(Protocol):
    """Packs one body."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a part, and return what is ready."""
        ...

    def flush(self) -> bytes:
        """Return the rest."""
        ...


class _Plain:
    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def _gzip() -> Packer:
    # Level 1: half the time of the usual 6, and a sixth more bytes.
    return zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)


def packing(compression: Compression) -> tuple[str, Callable[[], Packer]]:
    """Return what HTTP calls a compression (RFC 9110, 8.4.1), and what makes a packer for each body.

    Raises `TelemetryError` for one that is not there.
    """
    if compression not in get_args(Compression):
        raise TelemetryError(f"compression: {compression!r} is not one of {', '.join(get_args(Compression))}")
    if compression == "none":
        return "identity", _Plain
    if compression == "gzip":
        return "gzip", _gzip
    try:
        zstandard = import_module("zstandard")
    except ImportError:
        raise TelemetryError("compression: zstd needs pip install 'telemetry-events[zstd]'") from None
    return "zstd", zstandard.ZstdCompressor(level=1).compressobj
