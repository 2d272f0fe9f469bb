"""What stands in place of a sensitive value, per docs/canonical-json.md, section 8."""

import hmac
import re
from typing import NoReturn, Self

from telemetry_events.canonical import well_formed
from telemetry_events.errors import TelemetryError

__all__ = ["FRAME_LIMIT", "STACK_LIMIT", "SUFFIXES", "RedactionKey", "file_name", "person", "stack_frames"]

SUFFIXES = frozenset(
    {".dcm", ".nii", ".nii.gz", ".nrrd", ".svs", ".ndpi", ".tif", ".tiff", ".png", ".jpg", ".jpeg"}
    | {".e2e", ".fda", ".sdb", ".csv", ".parquet", ".json", ".xml", ".pdf", ".zip"}
)
FRAME_LIMIT = 30
STACK_LIMIT = 16 * 1024

_ID = re.compile(r"[a-z0-9]{1,8}")
_FRAME = re.compile(
    r'^[ \t]*File "([^"\n]*)", line ([0-9]{1,9}), in ([^\x00-\x20"\x7f]+)[ \t\r]*$', re.MULTILINE
)
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_PAIRS = tuple(first + second for first in _BASE32 for second in _BASE32)


class RedactionKey:
    """The secret that turns a file name or a person into a token, always the same one.

    `id` is 1 to 8 of `a-z0-9` and stands in each token, so that keys can be told apart after a
    change; `secret` is at least 16 bytes. The secret is in no `repr`, and is never pickled.
    Raises `TelemetryError` for an id or a secret that is not so, naming neither.
    """

    __slots__ = ("_prefix", "_secret")

    def __init__(self, id: str, secret: bytes) -> None:  # noqa: A002 (the field's own word)
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise TelemetryError("the id of a redaction key is 1 to 8 characters of a-z and 0-9")
        if not isinstance(secret, bytes) or len(secret) < 16:
            raise TelemetryError("the secret of a redaction key is at least 16 bytes")
        self._prefix = f"h1:{id}:"
        self._secret = secret

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that a text such as `site1:a secret of 16 bytes or more` says: `<id>:<secret>`.

        White space around it does not count, as a mounted secret may end in a line feed.
        """
        id, colon, secret = text.strip().partition(":")  # noqa: A001 (the field's own word)
        if not colon:
            raise TelemetryError("a redaction key is written <id>:<secret>")
        return cls(id, well_formed(secret).encode())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RedactionKey):
            return NotImplemented
        return self._prefix == other._prefix and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._prefix)

    @property
    def id(self) -> str:
        """The key's id, which is no secret."""
        return self._prefix[3:-1]

    def token(self, text: str) -> str:
        """Return `h1:<id>:` and 130 bits of HMAC-SHA256 over `text` as lower-case base32 (RFC 4648)."""
        digest = hmac.digest(self._secret, well_formed(text).encode(), "sha256")
        bits = int.from_bytes(digest[:17], "big") >> 6
        return self._prefix + "".join([_BASE32_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])

    def __repr__(self) -> str:
        return f"RedactionKey(id={self.id!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a redaction key is not pickled: give each process its own")


def person(text: str, key: RedactionKey | None) -> str:
    """Return what stands for a person: a token, `redacted` without a key, nothing for nothing."""
    if not text:
        return ""
    return key.token(text) if key is not None else "redacted"


def file_name(path: str, key: RedactionKey | None) -> str:
    """Return what stands for a file: as for a person, and the file's suffix if it is of `SUFFIXES`."""
    # No suffix holds a separator, so that of the last segment is that of the whole path.
    tail = path[-8:].lower()
    suffix = tail[tail.rfind(".") :]
    if suffix not in SUFFIXES:
        suffix = ".nii.gz" if tail.endswith(".nii.gz") else ""
    return (key.token(path) if key is not None else "redacted") + suffix if path else ""


def stack_frames(text: str, _key: object = None) -> str:
    """Return the frames of a stack, one `File "…", line N, in name` a line, and nothing else.

    Paths keep their last two segments. Of more than 30 frames, or 16 KiB, the last are kept,
    which are the deepest. `_key` is not used: frames hold no token.
    """
    frames = [
        f'File "{_last_two_segments(path)}", line {line}, in {name}'
        for path, line, name in _FRAME.findall(well_formed(text))[-FRAME_LIMIT:]
    ]
    while (kept := "\n".join(frames)) and len(kept.encode()) > STACK_LIMIT:
        del frames[0]
    return kept


def _last_two_segments(path: str) -> str:
    segments = [segment for segment in path.replace("\\", "/").split("/") if segment]
    return "/".join(segments[-2:])
