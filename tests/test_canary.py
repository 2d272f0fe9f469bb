"""No error message and no repr shows a value, wherever it stands and however wrong it is."""

import inspect
import pickle
import traceback

import pytest
from test_events import EVENTS, sample

from telemetry_events import (
    EncodeError,
    MissingColumnEvent,
    RedactionKey,
    TelemetryError,
    TelemetryEvent,
    canonical_json,
)

CANARY = "DOE^JANE"
SECRET = b"hush-hush-hush-hush"


class Revealing:
    """An object that tells the canary whenever it is asked for text."""

    def __repr__(self) -> str:
        return CANARY

    __str__ = __repr__


class RevealingInt(int):
    """A number whose repr tells the canary."""

    __repr__ = Revealing.__repr__


def forms() -> list[object]:
    """Return the canary in every form that a wrong value may have."""
    named_after_data = type(CANARY, (), {})
    return [
        CANARY,
        CANARY.encode(),
        [CANARY],
        (CANARY,),
        {CANARY: CANARY},
        [[CANARY]],
        Revealing(),
        [Revealing()],
        RevealingInt(2**70),
        named_after_data(),
        ValueError(CANARY),
        CANARY + "\udcff",
        f"/data/{CANARY}.dcm",
        10**80,
        float("nan"),
    ]


def told(error: BaseException) -> str:
    """Return all that an error tells: itself, its parts, its traceback, its pickle."""
    parts = [str(error), repr(error), repr(error.args), repr(vars(error)), str(pickle.dumps(error))]
    return "\n".join([*parts, *traceback.format_exception(error)])


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_errors_hold_no_value(kind: type[TelemetryEvent]) -> None:
    """Whatever is put into whichever field, an error about it does not tell it."""
    errors = []
    for field in [*inspect.signature(kind).parameters, "event"]:
        for value in forms():
            event = sample(kind)
            setattr(event, field, value)
            try:
                canonical_json(event, RedactionKey("k1", SECRET))
            except EncodeError as error:
                errors.append(told(error))

    assert len(errors) > len(forms())
    assert not [text for text in errors if CANARY in text or str(10**80) in text]


@pytest.mark.parametrize("value", forms(), ids=lambda value: type(value).__name__)
def test_sensitive_values_are_in_no_repr(value: object) -> None:
    """The repr of an event shows nothing of a sensitive field, whatever it holds."""
    event = MissingColumnEvent(value, "Pixel Data")  # type: ignore[arg-type]

    shown = f"{event!r} {event} {[event]}"

    assert CANARY not in shown
    assert str(10**80) not in shown
    assert "MissingColumnEvent(file_name=" in shown


def test_sensitive_values_are_in_no_line() -> None:
    """The canonical form shows nothing of a file's name, with a key and without."""
    for path in (CANARY, f"/data/{CANARY}/{CANARY}.dcm", f"C:\\{CANARY}.nii.gz", f"{CANARY}.{CANARY}"):
        event = MissingColumnEvent(path, "Pixel Data")
        assert CANARY.encode() not in canonical_json(event) + canonical_json(
            event, RedactionKey("k1", SECRET)
        )


def test_the_secret_of_a_key_is_told_nowhere() -> None:
    """A key shows its id and never its secret, nor does an error about a key; a key is not pickled."""
    key = RedactionKey("site1", SECRET)

    assert (repr(key), str(key), key.id) == ("RedactionKey(id='site1')",) * 2 + ("site1",)
    with pytest.raises(TypeError, match="not pickled") as refused:
        pickle.dumps(key)
    assert "hush" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    ("id", "secret"),
    [
        ("", SECRET),
        ("Hush", SECRET),
        ("hush56789", SECRET),
        ("k1\n", SECRET),
        (b"k1", SECRET),
        ("k1", b"hush"),
        ("k1", "hush" * 4),
    ],
)
def test_a_malformed_key_is_refused_without_telling_it(id: object, secret: object) -> None:  # noqa: A002
    """A key with a bad id, a short secret or one that is no bytes is an error that shows neither."""
    with pytest.raises(TelemetryError) as refused:
        RedactionKey(id, secret)  # type: ignore[arg-type]
    assert "hush" not in told(refused.value).lower()
