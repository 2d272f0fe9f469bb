"""Messages drawn by chance, of every type of the schema, with the answers that are right."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

import oracle
import page

from runner.cases import record_case
from runner.messages import drawn, spoil
from runner.protocol import Answer, request

__all__ = ["CHUNK", "asked_by_chance"]

CHUNK = 2_000
_KEYS = (None, oracle.Key("k1", bytes(range(16))), oracle.Key("site0001", bytes(100)))
_FAULTY, _RECORDS = 0.05, 0.2
_VALUES = (None, None, "", "task-1", '"ä\u2028\0')
_LEVELS = (10, 20, 30, 40, 50)


def asked_by_chance(count: int, seed: int) -> Iterator[tuple[list[Any], list[Answer]]]:
    """Yield `count` requests and their right answers, many at once: the same ones for the same seed."""
    pairs = _pairs(count, Random(seed))  # noqa: S311
    while chunk := list(islice(pairs, CHUNK)):
        requests, answers = zip(*chunk, strict=True)
        yield list(requests), list(answers)


def _pairs(count: int, chance: Random) -> Iterator[tuple[Any, Answer]]:
    kinds = list(oracle.message_types())
    for number in range(count):
        message = drawn(chance.choice(kinds), chance)
        key = chance.choice(_KEYS)
        if oracle.is_event(message.DESCRIPTOR) and chance.random() < _RECORDS:
            context = {name: value for name in page.CONTEXT if (value := chance.choice(_VALUES)) is not None}
            case = record_case(f"{number}", message, key=key, context=context, level=chance.choice(_LEVELS))
            yield case.request, next(iter(case.right))
            continue
        if chance.random() < _FAULTY:
            spoil(message, chance)
        kind = message.DESCRIPTOR.full_name
        yield request(f"{number}", kind, message.SerializeToString(), key), _right(message, key)


def _right(message: Any, key: oracle.Key | None) -> Answer:
    try:
        return Answer("canonical", oracle.canonical(message, key))
    except oracle.NoCanonicalFormError as error:
        [fault] = error.faults
        return Answer("error", (fault.kind, fault.field))
