"""How long is waited after a failure, in the durations that programs have."""

from hypothesis import given
from hypothesis import strategies as st

from telemetry_events.delivery.backoff import Backoff, Pace
from telemetry_events.delivery.outcome import Outcome

RETRY, HOLD = Outcome.RETRY, Outcome.HOLD


def waits(outcome: Outcome, failures: int, asked: float = 0.0) -> list[float]:
    """Return the waits after so many failures in a row."""
    backoff = Backoff(Pace())
    return [backoff.wait_after(outcome, asked) for _ in range(failures)]


def test_the_bounds_double() -> None:
    """They are 1, 2, 4 … 64 seconds, and 120 from then on; over many runs the waits come close to them."""
    runs = [waits(RETRY, 10) for _ in range(500)]
    for number, found in enumerate(zip(*runs, strict=True)):
        bound = min(2.0**number, 120.0)
        assert 0.9 * bound < max(found) <= bound
        assert min(found) < 0.1 * bound
        assert len(set(found)) == 500


def test_somebody_has_to_help() -> None:
    """Where the key or the address is wrong the longest wait is five minutes."""
    found = [wait for _ in range(200) for wait in waits(HOLD, 12)[9:]]
    assert 270 < max(found) <= 300


@given(st.floats(0, 1e12), st.integers(1, 50), st.sampled_from([RETRY, HOLD]))
def test_what_is_asked_for(asked: float, failures: int, outcome: Outcome) -> None:
    """No wait is shorter than asked for, as far as the longest, and none is longer than that."""
    longest = 300.0 if outcome is HOLD else 120.0
    assert all(min(asked, longest) <= wait <= longest for wait in waits(outcome, failures, asked))


def test_an_outage_of_a_year() -> None:
    """However many failures there were, the next wait is one of the usual."""
    assert max(waits(RETRY, 300_000)) <= 120


def test_a_success_begins_anew() -> None:
    """After one the first bound holds again."""
    backoff = Backoff(Pace())
    for _ in range(20):
        backoff.wait_after(RETRY, 0)
    backoff.succeed()
    assert backoff.wait_after(RETRY, 0) <= 1
