"""Doubles are printed as ECMAScript prints them: by published hashes, and beside another implementation."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice

import orjson
import pytest
import rfc8785
from runner.doubles import HARD, PUBLISHED, double, sequence

from telemetry_events.canonical import number


@pytest.mark.parametrize("lines", [lines for lines in PUBLISHED if lines <= 100_000])
def test_published_sequence(lines: int) -> None:
    """The first lines `bits,number` of the sequence have the published hash."""
    text = b"".join(b"%x,%b\n" % (bits, printed(double(bits))) for bits in islice(sequence(), lines))

    assert PUBLISHED[lines] == sha256(text).hexdigest()


def printed(value: float) -> bytes:
    """Print a double as the encoder does."""
    return orjson.dumps(number(value))


@pytest.mark.parametrize("values", HARD)
def test_hard_doubles(values: Callable[[], Iterator[float]]) -> None:
    """What other printers get wrong is printed as `rfc8785` prints it."""
    found = [value for value in values() if printed(value) != rfc8785.dumps(value)]

    assert found == []
