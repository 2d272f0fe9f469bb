"""The languages that have a library, and where their executors are."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import oracle

from runner.executors import PATIENCE_SECONDS, Executor

__all__ = ["LANGUAGES", "Language", "chosen"]


@dataclass(frozen=True, eq=False)
class Language:
    """A language: the tools that it needs on this machine, and what starts its executor and its service."""

    name: str
    needs: tuple[str, ...]
    command: Sequence[str]
    # The example in examples/polyglot, which takes a task's identifier. `make executors` builds it, too.
    service: Sequence[str]

    def missing(self) -> list[str]:
        """Return the commands that this machine lacks."""
        return [command for command in self.needs if not shutil.which(command)]

    def executor(self, patience: float = PATIENCE_SECONDS) -> Executor:
        """Return its executor, which starts with the first request. `make executors` builds it."""
        return Executor(self.command, cwd=oracle.ROOT, patience=patience)


def _companions() -> Iterator[Language]:
    for line in (oracle.ROOT / "sdk" / "toolchains.txt").read_text("utf-8").splitlines():
        name, _, needs = line.partition(": ")
        build = f"sdk/{name}/build"
        yield Language(name, tuple(needs.split()), [f"{build}/executor"], [f"{build}/example"])


_PYTHON = Language(
    "python",
    (),
    [sys.executable, "conformance/python/executor.py"],
    [sys.executable, "examples/polyglot/python/service.py"],
)
LANGUAGES = {language.name: language for language in (_PYTHON, *_companions())}


def chosen(names: str | None) -> list[Language]:
    """Return the languages of these names, joined by commas, or all; without names, those with tools here.

    Raises `ValueError` for a name that is not known.
    """
    if not names:
        return [language for language in LANGUAGES.values() if not language.missing()]
    asked = list(LANGUAGES) if names == "all" else names.split(",")
    if unknown := [name for name in asked if name not in LANGUAGES]:
        raise ValueError(f"no language {', '.join(unknown)}: there are {', '.join(LANGUAGES)}")
    return [LANGUAGES[name] for name in asked]
