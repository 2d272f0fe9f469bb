"""Asks all languages for the same events, drawn by chance, and for the same doubles.

Prints a digest a language. The exit status is 1 where one says anything but what the oracle says.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

from runner.doubles import PUBLISHED, asked_doubles
from runner.events import asked_by_chance
from runner.executors import Executor, ExecutorError
from runner.languages import chosen
from runner.protocol import Answer

SHOWN = 5


class Run:
    """What one language says: a digest of it all, and what of it is wrong. Without a language, the oracle."""

    def __init__(self, name: str, executor: Executor | None = None) -> None:
        self.name = name
        self.wrong: list[str] = []
        self._executor = executor
        self._digest = sha256()
        self._has_failed = False

    def compare(self, requests: list[Any], right: list[Answer]) -> None:
        """Ask, and compare. A language that has failed to answer is not asked again."""
        if self._has_failed:
            return
        try:
            answers = self._executor.ask_all(requests) if self._executor else iter(right)
            for asked, answer, expected in zip(requests, answers, right, strict=True):
                said = answer.value if isinstance(answer.value, bytes) else repr(answer.value).encode()
                self._digest.update(said + b"\n")
                if answer != expected:
                    self.wrong.append(f"{asked.name} {asked.type}: {answer}, not {expected}")
        except ExecutorError as error:
            self.wrong.append(str(error))
            self._has_failed = True

    def lines(self) -> list[str]:
        """Return what is to be said of it."""
        verdict = f"{len(self.wrong)} WRONG" if self.wrong else "the same"
        shown = [f"    {each[:500]}" for each in self.wrong[:SHOWN]]
        return [f"  {self.name:<10}  {self._digest.hexdigest()}  {verdict}", *shown]


def compare(
    title: str, executors: dict[str, Executor], asked: Iterable[tuple[list[Any], list[Answer]]]
) -> bool:
    """Ask all languages at once, print what they say, and return whether they agree."""
    start, count = time.monotonic(), 0
    runs = [Run("oracle"), *(Run(name, executor) for name, executor in executors.items())]
    with ThreadPoolExecutor(len(runs)) as threads:
        for requests, right in asked:
            count += len(requests)
            done = [threads.submit(run.compare, requests, right) for run in runs]
            for each in done:
                each.result()
    print(f"{title}: {count} messages, {time.monotonic() - start:.0f} s")
    print("\n".join(line for run in runs for line in run.lines()), flush=True)
    return not any(run.wrong for run in runs)


def main() -> bool:
    """Compare as the command line asks for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--events", metavar="N", type=int, default=20_000, help="how many (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="draws the events (default: %(default)s)")
    parser.add_argument(
        "--doubles",
        type=int,
        choices=list(PUBLISHED),
        default=100_000,
        help="how many (default: %(default)s)",
    )
    parser.add_argument("--languages", help="joined by commas, or all; else those whose tools are here")
    options = parser.parse_args()
    try:
        executors = {each.name: each.executor() for each in chosen(options.languages)}
    except ValueError as error:
        parser.error(str(error))
    try:
        events = compare(
            f"events of seed {options.seed}", executors, asked_by_chance(options.events, options.seed)
        )
        doubles = compare(
            f"doubles, {options.doubles} and the hard ones", executors, asked_doubles(options.doubles)
        )
    finally:
        for executor in executors.values():
            executor.kill()
    return events and doubles


if __name__ == "__main__":
    sys.exit(not main())
