"""What a status means."""

import pytest

from telemetry_events.delivery.outcome import Outcome, outcome_of, outcome_without_tunnel

EXPECTED = {
    Outcome.DELIVERED: {202},
    Outcome.RETRY: {408, 429, *range(500, 600)},
    Outcome.REFUSED: {400, 413},
}


@pytest.mark.parametrize("outcome", EXPECTED)
def test_the_table(outcome: Outcome) -> None:
    """Of all statuses these have this outcome, and no others."""
    assert {status for status in range(100, 1000) if outcome_of(status) is outcome} == EXPECTED[outcome]


def test_all_else_holds() -> None:
    """Whatever no row of the table names holds everything."""
    named = set().union(*EXPECTED.values())
    assert {outcome_of(status) for status in range(100, 1000) if status not in named} == {Outcome.HOLD}


def test_a_proxy_judges_no_record() -> None:
    """By what a proxy says of a tunnel nothing is delivered, and nothing is refused."""
    for status in range(100, 1000):
        expected = Outcome.RETRY if status in EXPECTED[Outcome.RETRY] else Outcome.HOLD
        assert outcome_without_tunnel(status) is expected
