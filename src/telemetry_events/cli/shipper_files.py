"""Reads what shippers say of themselves: the files that delivery/counters.py writes."""

import os
import stat
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson

from telemetry_events.delivery.counters import Counters

__all__ = ["ShipperFile", "read_shippers"]

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_LONGEST = 2**16
# Seconds after which a shipper that has said nothing does not run any more. The longest that one is silent
# is a wait of five minutes and a request of half a minute.
_SILENCE = 360.0
_BEYOND = 2**63


@dataclass(frozen=True)
class ShipperFile:
    """A shipper: its process, where it sends to, what it has done, and whether it runs."""

    pid: int
    intake: str
    started_at: str
    updated_at: str
    counters: Counters
    is_running: bool

    @property
    def is_held(self) -> bool:
        """Whether somebody has to do something before it goes on."""
        return self.counters.state.startswith("holding")


def read_shippers(directory: Path, now: float) -> tuple[list[ShipperFile], int]:
    """Return the shippers that have left a file, the latest first, and how many files are none of theirs.

    `now` is in seconds of Unix time.
    """
    found: list[ShipperFile] = []
    skipped = 0
    for path in directory.glob("shipper-*"):
        if path.name.endswith(".json-new"):
            continue
        try:
            found.append(_shipper(path, now))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError):
            skipped += 1
    return sorted(found, key=lambda each: each.updated_at, reverse=True), skipped


def _shipper(path: Path, now: float) -> ShipperFile:
    """Raises `OSError`, and `ValueError`, `TypeError` and `KeyError` for what no shipper has written."""
    file = os.open(path, _READ)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise ValueError
        members: Any = orjson.loads(os.read(file, _LONGEST))
    finally:
        os.close(file)
    if type(members) is not dict:
        raise TypeError
    members = cast("dict[str, Any]", members)
    pid = _checked(members, "pid", 0)
    updated_at = _checked(members, "updated_at", "")
    silent = now - datetime.fromisoformat(updated_at).astimezone(UTC).timestamp()
    return ShipperFile(
        pid,
        _checked(members, "intake", ""),
        _checked(members, "started_at", ""),
        updated_at,
        Counters(**{each.name: _checked(members, each.name, each.default) for each in fields(Counters)}),
        not members.get("is_closed") and silent < _SILENCE and _is_there(pid),
    )


def _checked(members: dict[str, Any], name: str, like: Any) -> Any:
    """Return a member that is of the type of another value: a float may have been printed without a point."""
    value = members[name]
    if type(value) is not type(like) and not (isinstance(like, float) and type(value) is int):
        raise TypeError
    if not isinstance(value, str) and not 0 <= value < _BEYOND:
        raise ValueError
    return value


def _is_there(pid: int) -> bool:
    """Tell whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except PermissionError:  # another user's
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0
