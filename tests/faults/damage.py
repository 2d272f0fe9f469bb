"""Damaged journals, and what has become of their lines when they were delivered."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from faults.journals import KEY, PACE, leave
from faults.judge import as_accepted
from faults.oracle import Oracle, Request, Response, answer

from telemetry_events.delivery import Counters, Intake, Shipper

__all__ = ["Outcome", "deliver", "emitter", "folder_of"]

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_ROUNDS = 200


@dataclass
class Outcome:
    """What has come of damaged segments: lines that were delivered, and those that were set aside."""

    delivered: Counter[bytes] = field(default_factory=Counter)
    aside: Counter[bytes] = field(default_factory=Counter)
    counters: Counters = field(default_factory=Counters)
    # Whether nothing is there that should have been sent.
    is_all_sent: bool = True


def emitter(number: int) -> str:
    """Return the name of an emitter."""
    text = ""
    for _ in range(16):
        number, rest = divmod(number, len(_ALPHABET))
        text = _ALPHABET[rest] + text
    return text


def folder_of(directory: Path, data: bytes, number: int = 0) -> Path:
    """Write a segment as it is, of an emitter that has died."""
    folder = leave(directory, [], emitter(number))
    (folder / "00000001.jsonl").write_bytes(data)
    return folder


@contextmanager
def _collecting() -> "Iterator[tuple[Oracle, Counter[bytes]]]":
    """Give an intake that accepts any object, and all that it was sent."""
    found: Counter[bytes] = Counter()

    def act(_oracle: Oracle, connection: socket.socket, request: Request) -> bool:
        found.update(map(as_accepted, request.entries))
        connection.sendall(answer(202).bytes)
        return True

    with Oracle(usually=Response(act=act)) as oracle:
        yield oracle, found
        assert not oracle.faults


def deliver(directory: Path, *, within: float = 20.0) -> Outcome:
    """Deliver whatever can be delivered. It ends, and raises nothing."""
    with _collecting() as (oracle, found):
        shipper = Shipper(directory, Intake.find(url=oracle.url, api_key=KEY), most=10_000, pace=PACE)
        end = monotonic() + within
        is_sent = False
        for _ in range(_ROUNDS):
            is_sent = shipper.deliver()
            assert monotonic() < end, shipper.counters
            if is_sent and not any(directory.glob("*/[0-9]*.jsonl")):
                break
        shipper.close()
        aside = Counter(
            line for file in directory.glob("quarantine/*/*") for line in file.read_bytes().split(b"\n")[:-1]
        )
        return Outcome(found, aside, shipper.counters, is_sent)
