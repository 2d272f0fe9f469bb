"""Journals that dead processes have left, and a shipper that delivers them at a pace for tests."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from faults.oracle import Identity, identity_of

from telemetry_events.clock import now_ms, rfc3339
from telemetry_events.delivery import Intake, Pace, Shipper

__all__ = ["KEY", "PACE", "Shippers", "by_identity", "leave", "persist", "record", "records", "shipper_of"]

Shippers = Callable[..., Shipper]
KEY = "0123456789abcdef0123456789abcdef"
PACE = Pace(linger=0.01, first=0.01, longest=0.05, hold=0.05, adopt=0.01, deadline=5.0)
_PATIENCE_SECONDS = 15


def record(
    seq: int, emitter: str = "aaaaaaaaaaaaaaaa", *, ms: int | None = None, size: int = 0, text: str = ""
) -> bytes:
    """Return a line, without its line feed, of a time in milliseconds, and of at least so many bytes."""
    time = rfc3339(now_ms() if ms is None else ms)
    begin = f'{{"emitter":"{emitter}","message":"{text}","seq":{seq},"status":"info","timestamp":"{time}"'
    bare = len((begin + "}").encode())
    filler = "x" * (size - bare - len(',"event":""'))
    return (begin + (f',"event":"{filler}"' if size > bare else "") + "}").encode()


def records(count: int, emitter: str = "aaaaaaaaaaaaaaaa") -> list[bytes]:
    """Return the first lines of an emitter."""
    return [record(seq, emitter) for seq in range(1, count + 1)]


def by_identity(lines: Iterable[bytes]) -> dict[Identity, bytes]:
    """Return lines by their identities, as the judge wants them."""
    return {identity_of(line): line for line in lines}


def leave(
    directory: Path, lines: Iterable[bytes], emitter: str = "aaaaaaaaaaaaaaaa", segment: int = 1
) -> Path:
    """Write a segment as a process leaves it that has died, and return its folder."""
    folder = directory / f"service-1-20260101T000000Z-{emitter}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "lock").touch(mode=0o600)
    (folder / f"{segment:08d}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


@pytest.fixture
def shipper_of() -> Iterator[Shippers]:
    """Make shippers of what was left in a directory, which end with the test."""
    with ExitStack() as shippers:

        def make(directory: Path, url: str, **options: Any) -> Shipper:
            pace = replace(PACE, **{name: options.pop(name) for name in list(options) if hasattr(PACE, name)})
            intake = Intake.find(url=url, **({} if "api_key_file" in options else {"api_key": KEY}) | options)
            shipper = Shipper(directory, intake, pace=pace)
            shippers.callback(shipper.abandon)
            return shipper

        yield make


def persist(shipper: Shipper, until: Callable[[], bool] = lambda: True) -> None:
    """Deliver until nothing has to be left, and something is so, however often it takes."""
    end = monotonic() + _PATIENCE_SECONDS
    while not (shipper.deliver() and until()):
        assert monotonic() < end, shipper.counters
        sleep(shipper.wait)
