"""Kills a program that logs flat out, and counts what it had accepted and what of that is on disk."""

import os
import random
import shutil
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from journal.reading import Found, read
from journal.running import is_said, start

__all__ = ["Kills", "kill", "kills"]

# Seconds after each thread has logged; the kill comes at random within it.
WITHIN = 0.08


@dataclass
class Kills:
    """What was counted over some kills."""

    kills: int = 0
    accepted: int = 0
    lost: int = 0
    invented: int = 0
    torn: int = 0
    most_torn: int = 0

    def __str__(self) -> str:
        return (
            f"kills: {self.kills}, accepted: {self.accepted}, lost: {self.lost}, "
            f"invented: {self.invented}, torn lines: {self.torn}"
        )


def kill(directory: Path, how: str, threads: int, after: float) -> tuple[list[int], Found]:
    """Kill a producer, and return how many events each of its threads had accepted, and what is on disk."""
    memory = os.memfd_create("accepted")
    os.ftruncate(memory, 8 * threads)
    told, ready = os.pipe()
    try:
        producer = start("producer.py", directory, how, threads, memory, ready, pass_fds=(memory, ready))
        try:
            os.close(ready)
            said = is_said(told)
            # The one sleep that is meant: a kill may come at any moment.
            sleep(after)
        finally:
            producer.kill()
            _, errors = producer.communicate()
        assert said == b".", errors
        assert producer.returncode == -signal.SIGKILL, errors
        assert not errors
        return list(struct.unpack(f"{threads}Q", os.pread(memory, 8 * threads, 0))), read(directory)
    finally:
        os.close(memory)
        os.close(told)


def kills(
    count: int, tmp_path: Path, how: str, threads: int, *, after: Callable[[], float] | None = None
) -> Kills:
    """Kill as many producers, one after the other, each in a directory of its own."""
    moments = random.Random(threads)  # noqa: S311 (no secret hangs on it)
    sum_of = Kills()
    for number in range(count):
        directory = tmp_path / str(number)
        accepted, found = kill(directory, how, threads, after() if after else moments.uniform(0, WITHIN))
        found.hold()
        assert not found.missing or how not in ("process", "power"), found.missing
        on_disk = found.batches
        expected = {(f"thread-{n}", k) for n in range(threads) for k in range(1, accepted[n] + 1)}
        # A thread that was killed within its call has written one event that it could not note any more.
        possible = expected | {(f"thread-{n}", accepted[n] + 1) for n in range(threads)}
        sum_of.kills += 1
        sum_of.accepted += len(expected)
        sum_of.lost += len(expected - set(on_disk))
        sum_of.invented += len(set(on_disk) - possible) + len(found.lines) - sum(on_disk.values())
        sum_of.torn += len(found.torn)
        sum_of.most_torn = max(sum_of.most_torn, len(found.torn))
        shutil.rmtree(directory)
    return sum_of
