"""The key of the tokens is shown nowhere; a token tells nothing to who does not have it."""

import copy
import hashlib
import pickle

import pytest
from security.telling import told

from telemetry_events import MissingColumnEvent, RedactionKey, TelemetryError, canonical_json, setup_telemetry

SECRET = "hush-hush-hush-hush"  # noqa: S105 (of no key)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"Bad:{SECRET}",
        f"{SECRET}:k1",
        f"k1\n:{SECRET}",
        f"\x1b[2J:{SECRET}",
        "k1:hush",
        f"toolong89:{SECRET}",
        f":{SECRET}",
        f"\udcff:{SECRET}",
    ],
    ids=ascii,
)
def test_a_wrong_key_is_refused_without_telling_it(text: str) -> None:
    """The error about a key that cannot be used tells nothing of it, nor do the errors behind it."""
    for refuse in (RedactionKey.parse, lambda key: setup_telemetry(key=key)):
        with pytest.raises(TelemetryError) as refused:
            refuse(text)
        assert "hush" not in told(refused.value)


def test_it_is_not_copied_to_anywhere() -> None:
    """A key is neither pickled nor copied, and says so without telling it."""
    key = RedactionKey("k1", SECRET.encode())
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as refused:
            write(key)
        assert "hush" not in told(refused.value)
    assert "hush" not in f"{key!r} {key} {[key]}"


def test_a_token_cannot_be_guessed_without_the_key() -> None:
    """No usual hash of a name is in its token, with any key, and another key gives another token."""
    name = "/data/4170088213.dcm"
    lines = [
        canonical_json(MissingColumnEvent(name, "c"), RedactionKey("k1", bytes([n]) * 16)) for n in range(9)
    ]

    assert len(set(lines)) == 9
    for algorithm in hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}:
        digest = hashlib.new(algorithm, name.encode(), usedforsecurity=False).hexdigest()[:16].encode()
        assert not any(digest in line for line in lines)
    assert b"4170088213" not in b"".join(lines)
