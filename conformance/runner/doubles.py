"""Doubles that printers get wrong: a published sequence, and what lies near the limits of the layout."""

import math
import random
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import Any

import oracle

from runner.protocol import Answer, request

__all__ = ["HARD", "PUBLISHED", "asked_doubles", "double", "sequence"]

# The test sequence of RFC 8785's author, and the hashes of its first lines, are described in
# testdata/README.md of https://github.com/cyberphone/json-canonicalization. It begins with these
# bits: the smallest numbers, thirds of powers of ten, those once more without the sign, and the
# edges of the layout.
SMALLEST = "0 8000000000000000 1 8000000000000001"
NEGATIVE_THIRDS = """
    c46696695dbd1cc3 c43211ede4974a35 c3fce97ca0f21056 c3c7213080c1a6ac c39280f39a348556 c35d9b1f5d20d557
    c327af4c4a80aaac c2f2f2a36ecd5556 c2be51057e155558 c28840d131aaaaac c253670dc1555557 c21f0b4935555557
    c1e8d5d42aaaaaac c1b3de4355555556 c17fca0555555556 c1496e6aaaaaaaab c114585555555555 c0e046aaaaaaaaab
    c0aa0aaaaaaaaaaa c074d55555555555 c040aaaaaaaaaaab c00aaaaaaaaaaaab bfd5555555555555 bfa1111111111111
    bf6b4e81b4e81b4f bf35d867c3ece2a5 bf0179ec9cbd821e becbf647612f3696 be965e9f80f29212 be61e54c672874db
    be2ca213d840baf8 bdf6e80fe033c8c6 bdc2533fe68fd3d2 bd8d51ffd74c861c bd5774ccac3d3817 bd22c3d6f030f9ac
    bcee0624b3818f79 bcb804ea293472c7 bc833721ba905bd3 bc4ebe9c5db3c61e bc18987d17c304e5 bbe3ad30dfcf371d
    bbaf7b816618582f bb792f9ab81379bf bb442615600f9499 bb101e77800c76e1 bad9ca58cce0be35 baa4a1e0a3e6fe90
    ba708180831f320d ba3a68cd9e985016
"""
EDGES = """
    4024000000000000 4014000000000000 3fe0000000000000 3fa999999999999a 3f747ae147ae147b 3f40624dd2f1a9fc
    3f0a36e2eb1c432d 3ed4f8b588e368f1 3ea0c6f7a0b5ed8d 3e6ad7f29abcaf48 3e35798ee2308c3a 3ed539223589fa95
    3ed4ff26cd5a7781 3ed4f95a762283ff 3ed4f8c60703520c 3ed4f8b72f19cd0d 3ed4f8b5b31c0c8d 3ed4f8b58d1c461a
    3ed4f8b5894f7f0e 3ed4f8b588ee37f3 3ed4f8b588e47da4 3ed4f8b588e3849c 3ed4f8b588e36bb5 3ed4f8b588e36937
    3ed4f8b588e368f8 3ed4f8b588e368f1 3ff0000000000000 bff0000000000000 bfeffffffffffffa bfeffffffffffffb
    3feffffffffffffa 3feffffffffffffb 3feffffffffffffc 3feffffffffffffe bfefffffffffffff bfefffffffffffff
    3fefffffffffffff 3fefffffffffffff 3fd3333333333332 3fd3333333333333 3fd3333333333334 0010000000000000
    000ffffffffffffd 000fffffffffffff 7fefffffffffffff ffefffffffffffff 4340000000000000 c340000000000000
    4430000000000000 44b52d02c7e14af5 44b52d02c7e14af6 44b52d02c7e14af7 444b1ae4d6e2ef4e 444b1ae4d6e2ef4f
    444b1ae4d6e2ef50 3eb0c6f7a0b5ed8c 3eb0c6f7a0b5ed8d 41b3de4355555553 41b3de4355555554 41b3de4355555555
    41b3de4355555556 41b3de4355555557 becbf647612f3696 43143ff3c1cb0959
"""
_CHUNK = 1_000
PUBLISHED = {
    1_000: "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
    10_000: "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
    100_000: "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
    1_000_000: "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16",
}


def double(bits: int) -> float:
    """Return the double with the given bits."""
    value: float = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return value


def sequence() -> Iterator[int]:
    """Yield the bits of the published sequence: those above, 2000 in a row, then a chain of hashes."""
    thirds = [int(bits, 16) for bits in NEGATIVE_THIRDS.split()]
    yield from (int(bits, 16) for bits in SMALLEST.split())
    yield from thirds
    yield from (bits & ~(1 << 63) for bits in thirds)
    yield from (int(bits, 16) for bits in EDGES.split())
    yield from range(0x0010000000000000, 0x0010000000000000 + 2000)
    block = bytes(32)
    while True:
        block = sha256(block).digest()
        for bits in struct.unpack("<4Q", block):
            if math.isfinite(double(bits)) and double(bits) != 0:
                yield bits


def neighbours(value: float, distance: int) -> Iterator[float]:
    """Yield the doubles around a positive one, up to a number of steps away."""
    middle: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    yield from (double(bits) for bits in range(max(0, middle - distance), middle + distance + 1))


def powers() -> Iterator[float]:
    """Yield the powers of two and of ten and their neighbours."""
    for power in [2.0**n for n in range(-1074, 1024)] + [float(f"1e{n}") for n in range(-323, 309)]:
        yield from neighbours(power, 3)


def edges() -> Iterator[float]:
    """Yield what surrounds the limits of the layout, and of what an integer holds."""
    for limit in (1e-7, 1e-6, 1e-5, 1e-4, 1.0, 1e15, 1e16, 2.0**53, 2.0**63, 2.0**64, 1e20, 1e21, 1e22):
        yield from neighbours(limit, 1000)
        yield from (-value for value in neighbours(limit, 100))


def subnormals() -> Iterator[float]:
    """Yield the smallest subnormals, and some of every length."""
    chance = random.Random(8785)  # noqa: S311
    yield from (double(bits) for bits in range(2000))
    yield from (double(chance.getrandbits(n)) for n in range(1, 53) for _ in range(400))


def short_decimals() -> Iterator[float]:
    """Yield decimals of up to three digits, and of fifteen to seventeen, at many places."""
    chance = random.Random(8785)  # noqa: S311
    yield from (float(f"{digits}e{n}") for digits in range(1, 1000) for n in range(-40, 40))
    for digits in (15, 16, 17):
        yield from (float(f"{chance.randrange(10**digits)}e{n}") for n in range(-340, 290) for _ in range(10))


def ties() -> Iterator[float]:
    """Yield quarters and halves where doubles are that far apart, which lie between two decimals."""
    chance = random.Random(8785)  # noqa: S311
    yield from (chance.randrange(2**52, 2**53) / 4 for _ in range(20_000))
    yield from (float(chance.randrange(2**52, 2**53) * 2**n) for n in range(1, 12) for _ in range(1_000))


HARD: tuple[Callable[[], Iterator[float]], ...] = (powers, edges, subnormals, short_decimals, ties)


def asked_doubles(count: int) -> Iterator[tuple[list[Any], list[Answer]]]:
    """Yield requests for the first doubles of the sequence and for the hard ones, and the right answers.

    Raises `ValueError` where the oracle itself does not print what was published.
    """
    many, digest = oracle.message_class("telemetry_conformance.v1.Many"), sha256()
    for published, values in [(True, _first(count)), (False, chain.from_iterable(each() for each in HARD))]:
        while chunk := list(islice(values, _CHUNK)):
            message = many(ratios=chunk)
            printed = oracle.canonical(message)
            if published:
                numbers = printed.partition(b'"ratios":[')[2].partition(b"]")[0].split(b",")
                for value, number in zip(chunk, numbers, strict=True):
                    digest.update(b"%x,%b\n" % (_bits(value), number))
            kind = many.DESCRIPTOR.full_name
            yield [request("doubles", kind, message.SerializeToString())], [Answer("canonical", printed)]
    if digest.hexdigest() != PUBLISHED[count]:
        raise ValueError("the oracle prints other doubles than were published")


def _first(count: int) -> Iterator[float]:
    return (double(bits) for bits in islice(sequence(), count))


def _bits(value: float) -> int:
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return bits
