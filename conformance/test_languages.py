"""Every language prints the same bytes, and reports the same errors."""

from collections.abc import Callable

import pytest
from runner.cases import Case, cases
from runner.executors import Executor
from runner.known_failures import KnownFailures
from runner.languages import Language


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(
    language: Language,
    case: Case,
    executor: Executor,
    known_failures: KnownFailures,
    record_property: Callable[[str, object], None],
) -> None:
    """A language gives the one right answer to a case, or fails it as it is known to."""
    record_property("language", language.name)
    record_property("topic", case.topic)
    reason = known_failures.reason(case.name)

    answer = executor.ask(case.request)

    if reason is None:
        assert answer in case.right
    else:
        assert answer not in case.right, f"it passes, and is said to fail: {reason}"


def test_known_failures_are_of_cases(known_failures: KnownFailures) -> None:
    """Each pattern of a language's known failures matches a case."""
    assert known_failures.unmatched([case.name for case in cases()]) == []
