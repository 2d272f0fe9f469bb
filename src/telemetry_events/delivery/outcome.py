"""What an answer of the intake means for the records that were sent: the one place where a status is judged.

| status | outcome |
|---|---|
| 202, to all of a request | delivered; of all others none is |
| 408, 429, 5xx, none at all | the intake is not well: again, at its pace or ours |
| 400, 413 | something in the body: in halves, until the one record is found |
| 401, 403, 404, 407, 3xx, other 2xx, all else | key, address or way is wrong: hold everything, and say so |

The statuses are those of Datadog's `POST /api/v2/logs`. A proxy that answers in its place has others, 200
among them, and its 403 says nothing of the records. Where it opens no tunnel, none was sent: whatever it
answers, none is delivered or refused.
"""

from enum import Enum

__all__ = ["Outcome", "outcome_of", "outcome_without_tunnel"]


class Outcome(Enum):
    """What becomes of records that were sent."""

    DELIVERED = "delivered"
    RETRY = "retry"
    REFUSED = "refused"
    HOLD = "hold"


_OUTCOMES = {
    202: Outcome.DELIVERED,
    400: Outcome.REFUSED,
    408: Outcome.RETRY,
    413: Outcome.REFUSED,
    429: Outcome.RETRY,
}


def outcome_of(status: int) -> Outcome:
    """Return the outcome of an HTTP status."""
    return Outcome.RETRY if 500 <= status <= 599 else _OUTCOMES.get(status, Outcome.HOLD)


def outcome_without_tunnel(status: int) -> Outcome:
    """Return the outcome of the HTTP status by which a proxy says that it opens no tunnel."""
    return Outcome.RETRY if outcome_of(status) is Outcome.RETRY else Outcome.HOLD
