"""The languages that have a library, and where their executors are."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import oracle

from runner.executors import PATIENCE_SECONDS, Executor

__all__ = ["LANGUAGES", "Language", "present"]


@dataclass(frozen=True)
class Language:
    """A language: the commands that it needs on this machine, and the one that starts its executor."""

    name: str
    needs: tuple[str, ...]
    command: Sequence[str]

    def missing(self) -> list[str]:
        """Return the commands that this machine lacks."""
        return [command for command in self.needs if not shutil.which(command)]

    def executor(self, patience: float = PATIENCE_SECONDS) -> Executor:
        """Return its executor, which starts with the first request. `make executors` builds it."""
        return Executor(self.command, cwd=oracle.ROOT, patience=patience)


def _companion(name: str, *needs: str) -> Language:
    return Language(name, needs, [f"sdk/{name}/build/executor"])


LANGUAGES = {
    language.name: language
    for language in (
        Language("python", (), [sys.executable, str(Path("conformance", "python", "executor.py"))]),
        _companion("go", "go"),
        _companion("typescript", "node", "npm"),
        _companion("java", "java", "javac", "mvn"),
        _companion("rust", "cargo"),
        _companion("cpp", "c++", "cmake", "protoc"),
    )
}


def present() -> list[Language]:
    """Return the languages whose tools this machine has."""
    return [language for language in LANGUAGES.values() if not language.missing()]
