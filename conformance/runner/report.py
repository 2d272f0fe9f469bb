"""What a run has found, as a table of languages and topics."""

from collections import Counter

__all__ = ["Tally"]


class Tally:
    """Counts what passes and fails, by language and topic."""

    def __init__(self) -> None:
        self._passed: Counter[tuple[str, str]] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._topics: dict[str, None] = {}
        self._languages: dict[str, None] = {}

    def add(self, language: str, topic: str, passed: bool) -> None:
        """Count a case."""
        self._topics[topic] = self._languages[language] = None
        (self._passed if passed else self._failed)[language, topic] += 1

    def lines(self) -> list[str]:
        """Return the table, a row a topic, and the sum; a cell is what passed, or `failed/all`."""
        width = max((len(topic) for topic in self._topics), default=0)
        rows = [("", list(self._languages))]
        rows += [(topic, [self._cell(each, topic) for each in self._languages]) for topic in self._topics]
        table = [
            f"{topic:<{width}}" + "".join(f"  {cell:>10}" for cell in cells).rstrip() for topic, cells in rows
        ]
        return [*table, "", f"{self._passed.total()} passed, {self._failed.total()} failed"]

    def __bool__(self) -> bool:
        """Return whether anything was counted."""
        return bool(self._languages)

    def _cell(self, language: str, topic: str) -> str:
        passed, failed = self._passed[language, topic], self._failed[language, topic]
        if not passed + failed:
            return "-"
        return f"{failed}/{passed + failed}!" if failed else str(passed)
