"""Chooses the languages, keeps an executor of each, and ends with the table of what they said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from runner.executors import Executor
from runner.known_failures import FOLDER, KnownFailures, read_known_failures
from runner.languages import LANGUAGES, Language, chosen
from runner.report import Tally

_tally = Tally()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    group = parser.getgroup("conformance")
    group.addoption(
        "--languages",
        metavar="NAMES",
        help="the languages to ask, joined by commas: all, or those whose tools are here",
    )
    group.addoption(
        "--known-failures",
        metavar="DIR",
        type=Path,
        help="where the files of known failures are, if elsewhere",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find out at once whether the languages that are asked for are known."""
    try:
        chosen(config.getoption("--languages"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which languages are asked, and which cannot be."""
    asked = chosen(config.getoption("--languages"))
    left_out = {each.name: each.missing() for each in LANGUAGES.values() if each not in asked}
    return [f"languages: {', '.join(each.name for each in asked)}"] + [
        f"left out: {name}" + (f", as there is no {' and no '.join(missing)}" if missing else "")
        for name, missing in left_out.items()
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for each language."""
    if "language" in metafunc.fixturenames:
        metafunc.parametrize(
            "language",
            chosen(metafunc.config.getoption("--languages")),
            ids=lambda each: each.name,
            scope="session",
        )


@pytest.fixture(scope="session")
def executor(language: Language) -> Iterator[Executor]:
    """The executor of a language."""
    with language.executor() as executor:
        yield executor


@pytest.fixture(scope="session")
def known_failures(language: Language, pytestconfig: pytest.Config) -> KnownFailures:
    """What a language is known to fail."""
    return read_known_failures(language.name, pytestconfig.getoption("--known-failures") or FOLDER)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count a case, wherever it was run."""
    known = dict(report.user_properties)
    if "language" in known and (report.when == "call" or not report.passed):
        _tally.add(str(known["language"]), str(known["topic"]), report.passed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the table."""
    if _tally:
        terminalreporter.section("conformance")
        for line in _tally.lines():
            terminalreporter.write_line(line)
