"""The least that a durable record costs: `orjson.dumps` of a ready dict, and one `os.write` to a file."""

import os
from collections.abc import Callable
from pathlib import Path

import orjson

from logging_contenders import Contender
from logging_contenders.lines import lines
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS, fields


def contender(folder: Path) -> Contender:
    """Return the calls that print and write the whole record, which is ready."""
    path = folder / "floor.jsonl"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def finish() -> int:
        os.close(file)
        return lines(path)

    return Contender({name: _site(file, _record(name, each)) for name, each in fields().items()}, finish)


def _site(file: int, record: dict[str, object]) -> Callable[[], None]:
    write, dumps, option = os.write, orjson.dumps, orjson.OPT_APPEND_NEWLINE

    def call() -> None:
        write(file, dumps(record, None, option))

    return call


def _record(name: str, event: dict[str, object]) -> dict[str, object]:
    envelope = {
        "ddsource": SERVICE,
        "ddtags": TAGS,
        "emitter": "c4hbwz5gqmdd3tqe",
        "hostname": HOSTNAME,
        "message": name,
        "seq": 123_456,
        "service": SERVICE,
        "status": "info",
        "timestamp": "2026-11-23T10:00:00.123Z",
    }
    return envelope | dict(sorted({"event": name, **event}.items()))
