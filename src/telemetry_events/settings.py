"""What a handler is configured with: arguments first, the environment next, and then what is usual.

The environment's names are Datadog's (unified service tagging), and `TELEMETRY_EVENTS_…` of our own. A
variable that is empty counts as one that is not there.
"""

import os
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict, cast, get_args

from telemetry_events.errors import TelemetryError
from telemetry_events.record import Source
from telemetry_events.redaction import RedactionKey

__all__ = [
    "Durability",
    "JournalOptions",
    "Settings",
    "Ship",
    "Tags",
    "default_directory",
    "resolve",
    "resolve_ship",
]

Durability = Literal["process", "power"]
# A thread of this process; another process, before which nothing is deleted; nobody.
Ship = Literal["thread", "none", "never"]
Tags = str | Iterable[str] | Mapping[str, str]

_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}")
_HOSTNAME = re.compile(r"[A-Za-z0-9_.:-]{1,255}")
_MIN_CAPACITY = 2**20
_MAX_TAGS = 100
_MAX_TAG = 200


class JournalOptions(TypedDict, total=False):
    """The arguments of `JournalHandler`, each of which may be left out."""

    service: str | None
    env: str | None
    version: str | None
    tags: Tags | None
    hostname: str | None
    ddsource: str | None
    directory: str | os.PathLike[str] | None
    key: RedactionKey | str | None
    durability: Durability
    capacity_bytes: int
    strict: bool


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A handler's configuration, checked. Handlers of equal settings write the same."""

    source: Source
    directory: Path
    key: RedactionKey | None
    durability: Durability
    capacity_bytes: int
    strict: bool


def resolve(
    *,
    service: str | None = None,
    env: str | None = None,
    version: str | None = None,
    tags: Tags | None = None,
    hostname: str | None = None,
    ddsource: str | None = None,
    directory: str | os.PathLike[str] | None = None,
    key: RedactionKey | str | None = None,
    durability: Durability = "process",
    capacity_bytes: int = 2**30,
    strict: bool = False,
) -> Settings:
    """Return the settings that these arguments, and the environment, come to. Raises `TelemetryError`."""
    name = _text("service", service, "DD_SERVICE") or _program()
    host = _text("hostname", hostname, "DD_HOSTNAME") or re.sub(
        r"[^A-Za-z0-9_.:-]", "_", socket.gethostname()
    )
    ddsource = _text("ddsource", ddsource) or name
    for argument, given, pattern in (
        ("service", name, _SERVICE),
        ("hostname", host, _HOSTNAME),
        ("ddsource", ddsource, _SERVICE),
    ):
        if not pattern.fullmatch(given):
            raise TelemetryError(f"{argument}: {given[:100]!r} does not match {pattern.pattern}")
    labels = [
        f"{label}:{value}"
        for label, value in (
            ("env", _text("env", env, "DD_ENV")),
            ("version", _text("version", version, "DD_VERSION")),
        )
        if value
    ]
    for label in labels:
        if len(label) > _MAX_TAG:
            raise TelemetryError(f"{label.partition(':')[0]}: longer than a tag may be")
    if durability not in get_args(Durability):
        raise TelemetryError(f"durability: {durability!r} is not one of {', '.join(get_args(Durability))}")
    if type(capacity_bytes) is not int or capacity_bytes < _MIN_CAPACITY:
        raise TelemetryError(
            f"capacity_bytes: {capacity_bytes!r} is not a number of at least {_MIN_CAPACITY}"
        )
    tagged = _ddtags([*labels, *_listed(os.environ.get("DD_TAGS") if tags is None else tags)])
    return Settings(
        source=Source(service=name, hostname=host, ddsource=ddsource, ddtags=tagged),
        directory=_directory(directory),
        key=_key(key),
        durability=durability,
        capacity_bytes=capacity_bytes,
        strict=bool(strict),
    )


def resolve_ship(ship: Ship | None) -> Ship:
    """Return who delivers, as this argument or `TELEMETRY_EVENTS_SHIP` says. Raises `TelemetryError`."""
    found = ship
    if found is None:
        found = cast("Ship", os.environ.get("TELEMETRY_EVENTS_SHIP", "").strip() or "thread")
    if found not in get_args(Ship):
        raise TelemetryError(f"ship: {found!r} is not one of {', '.join(get_args(Ship))}")
    return found


def default_directory() -> Path:
    """Return where journals are kept unless something else is said, as the XDG base directories have it."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        try:
            state = Path.home() / ".local" / "state"
        except RuntimeError:
            raise TelemetryError("directory: no home directory is known; set TELEMETRY_EVENTS_DIR") from None
    return state / "telemetry-events"


def _text(argument: str, given: str | None, variable: str = "") -> str:
    if given is None:
        return os.environ.get(variable, "").strip()
    if not isinstance(given, str) or not given:
        raise TelemetryError(f"{argument}: not a text, or an empty one")
    return given


def _program() -> str:
    """Return the name of the program that runs, such as `worker` for `worker.py` and for `-m worker`."""
    path = Path(sys.argv[0] if sys.argv and sys.argv[0] not in ("-c", "-m", "-") else "")
    name = path.parent.name if path.stem == "__main__" else path.stem
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip("_.-")[:100] or "python"


def _directory(given: str | os.PathLike[str] | None) -> Path:
    if given is None:
        given = os.environ.get("TELEMETRY_EVENTS_DIR", "").strip() or default_directory()
    if given == "":
        raise TelemetryError("directory: an empty path")
    try:
        return Path(given).expanduser().absolute()
    except (TypeError, RuntimeError):
        raise TelemetryError("directory: not a path") from None


def _key(given: RedactionKey | str | None) -> RedactionKey | None:
    if given is None:
        given = os.environ.get("TELEMETRY_EVENTS_KEY", "").strip() or None
    if isinstance(given, str):
        return RedactionKey.parse(given)
    if given is not None and not isinstance(given, RedactionKey):
        raise TelemetryError("key: neither a RedactionKey nor the text of one")
    return given


def _listed(tags: Tags | None) -> list[str]:
    if isinstance(tags, str):
        return re.split(r"[,\s]+", tags.strip(", \t\n"))
    if isinstance(tags, Mapping):
        pairs = cast("Mapping[str, str]", tags).items()
        tags = (str.__str__(label) + ":" + str.__str__(value) for label, value in pairs)
    try:
        return [str.__str__(each) for each in tags or ()]
    except TypeError:
        raise TelemetryError("tags: neither texts, nor a mapping of texts to texts") from None


def _ddtags(tags: list[str]) -> str:
    """Join tags as docs/record.md, section 3, has them: nothing in a tag can begin another."""
    lower = (re.sub("[A-Z]+", lambda found: found[0].lower(), tag) for tag in tags if tag)
    clean = [re.sub(r"[^a-z0-9_:./-]", "_", tag) for tag in lower]
    if len(clean) > _MAX_TAGS:
        raise TelemetryError(f"tags: {len(clean)} of them are more than {_MAX_TAGS}")
    if any(len(tag) > _MAX_TAG for tag in clean):
        raise TelemetryError(f"tags: one is longer than {_MAX_TAG} characters")
    return ",".join(clean)
