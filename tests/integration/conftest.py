"""What the tests with other people's programs share: the report at the end."""

import pytest
from integration.tally import TALLIES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many lines were written, read and lost."""
    if TALLIES:
        terminalreporter.section("lines, from the journal to where the Collector sends them")
    for each in TALLIES:
        counts = f"{each.written} written, {each.read} read, {each.lost} lost, {each.again} read again"
        terminalreporter.line(f"{each.what}: {counts}")
