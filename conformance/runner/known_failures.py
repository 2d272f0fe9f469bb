"""Cases that a language is known to fail, each with the reason: they still run, and must fail."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import oracle

__all__ = ["FOLDER", "KnownFailures", "read_known_failures"]

FOLDER = oracle.ROOT / "conformance" / "known_failures"


@dataclass(frozen=True)
class KnownFailures:
    """Patterns of names of cases, as of file names, and the reason of each."""

    reasons: dict[str, str]

    def reason(self, case: str) -> str | None:
        """Return why a case is known to fail, or None if it is not."""
        return next((why for pattern, why in self.reasons.items() if fnmatchcase(case, pattern)), None)

    def unmatched(self, cases: list[str]) -> list[str]:
        """Return the patterns that no case matches."""
        return [each for each in self.reasons if not any(fnmatchcase(case, each) for case in cases)]


def read_known_failures(language: str, folder: Path = FOLDER) -> KnownFailures:
    """Read the file of a language, if there is one. Raises `ValueError` for a line that lacks a part."""
    path = folder / f"{language}.txt"
    text = path.read_text("utf-8") if path.exists() else ""
    reasons: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        pattern, _, reason = (part.strip() for part in line.partition("#"))
        if not pattern and not reason:
            continue
        if not pattern or not reason:
            raise ValueError(f"{path.name}:{number}: not a pattern, `#` and the reason")
        reasons[pattern] = reason
    return KnownFailures(reasons)
