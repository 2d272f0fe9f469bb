"""The key of the intake: where it comes from, and that it is never shown."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from telemetry_events.errors import TelemetryError

__all__ = ["ApiKey"]

# What a header may hold; a key with more would make http.client show it in an error.
_KEY = re.compile(r"[!-~]{1,256}")


class ApiKey:
    """A key that can be read anew, for it may be exchanged while the program runs. Its `repr` hides it."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self.value = self._checked()

    @classmethod
    def find(cls, key: str | None = None, file: str | os.PathLike[str] | None = None) -> "ApiKey | None":
        """Return the key that these arguments, or `DD_API_KEY` and `DD_API_KEY_FILE`, come to, if any.

        White space around it does not count: a mounted secret may end in a line feed. Raises
        `TelemetryError`, which shows nothing of the key.
        """
        if key is not None:
            if not isinstance(key, str):
                raise TelemetryError("api_key: not a text")
            return cls(lambda: key)
        if file is None and os.environ.get("DD_API_KEY", "").strip():
            return cls(lambda: os.environ.get("DD_API_KEY", ""))
        if file is None and not (file := os.environ.get("DD_API_KEY_FILE", "").strip()):
            return None
        return cls(_reader(file))

    def renew(self) -> None:
        """Read the key anew. Where there is none to be read, the old one stays."""
        with suppress(TelemetryError):
            self.value = self._checked()

    def _checked(self) -> str:
        key = self._read().strip()
        if not _KEY.fullmatch(key):
            raise TelemetryError("api_key: empty, or with characters that no key has")
        return key

    def __repr__(self) -> str:
        return "ApiKey(***)"

    def __reduce__(self) -> str:
        raise TypeError("an ApiKey is not to be written anywhere")


def _reader(file: str | os.PathLike[str]) -> Callable[[], str]:
    try:
        path = Path(file)
    except TypeError:
        raise TelemetryError("api_key_file: not a path") from None
    if file == "":
        raise TelemetryError("api_key_file: an empty path")

    def read() -> str:
        try:
            # What is not ASCII is refused with the rest, and by no error that holds the key.
            return path.read_bytes().decode("latin-1")
        except OSError as error:
            raise TelemetryError(f"api_key_file: {path}: {error.strerror}") from None
        except ValueError:
            raise TelemetryError("api_key_file: a name that no file can have") from None

    return read
