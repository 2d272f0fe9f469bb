"""Where the key comes from, and that it does not show."""

import copy
import pickle
import traceback
from pathlib import Path

import pytest

from telemetry_events import TelemetryError
from telemetry_events.delivery import ApiKey

KEY = "0123456789abcdef0123456789abcdef"


def value(**given: str | Path) -> str | None:
    """Return the key that is found, if any."""
    found = ApiKey.find(**given)  # type: ignore[arg-type]
    return None if found is None else found.value


def test_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the argument, else the file that is one, else the variable, else the variable's file."""
    (tmp_path / "1").write_text("of-file")
    (tmp_path / "2").write_text("of-variables-file")
    assert value() is None
    monkeypatch.setenv("DD_API_KEY_FILE", str(tmp_path / "2"))
    assert value() == "of-variables-file"
    monkeypatch.setenv("DD_API_KEY", "of-variable")
    assert value() == "of-variable"
    assert value(file=tmp_path / "1") == value(file=str(tmp_path / "1")) == "of-file"
    assert value(key="of-argument", file=tmp_path / "1") == "of-argument"


@pytest.mark.parametrize("form", [f"{KEY}\n", f" {KEY}\r\n", f"\t{KEY}\n\n", f"\n{KEY}"])
def test_white_space_around_it(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a mounted secret or an editor has added does not count."""
    (tmp_path / "key").write_bytes(form.encode())
    assert value(file=tmp_path / "key") == value(key=form) == KEY
    monkeypatch.setenv("DD_API_KEY", form)
    assert value() == KEY


@pytest.mark.parametrize("code", [*range(32), 127, 0x80, 0x85, 0xA0, 0xE4, 0x2028, 0x1F600, 0xDC80])
def test_characters_that_no_key_has(code: int, tmp_path: Path) -> None:
    """Within a key they are an error that shows nothing of it, wherever one looks."""
    text = f"{KEY}{chr(code)}{KEY}"
    (tmp_path / "key").write_bytes(text.encode("utf-8", "surrogatepass"))
    for given in ({"key": text}, {"file": tmp_path / "key"}):
        with pytest.raises(TelemetryError) as found:
            ApiKey.find(**given)  # type: ignore[arg-type]
        shown = "".join(traceback.format_exception(found.value))
        error: BaseException | None = found.value
        while error is not None:
            shown += repr(error) + repr(vars(error)) + repr(getattr(error, "object", ""))
            error = error.__context__
        assert KEY not in shown


def test_it_does_not_show() -> None:
    """Neither `repr` nor a format has it, and it cannot be pickled or copied into something that has."""
    key = ApiKey.find(KEY)
    assert KEY not in f"{key!r} {key} {[key]}"
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(key)


def test_it_is_read_anew(tmp_path: Path) -> None:
    """A file that has changed counts, and one that is gone, or holds no key, does not."""
    file = tmp_path / "key"
    file.write_text("old")
    key = ApiKey.find(file=file)
    assert key
    for content, expected in (
        (b"new\n", "new"),
        (b"", "new"),
        (b"a b", "new"),
        (b"\xff", "new"),
        (b"last", "last"),
    ):
        file.write_bytes(content)
        key.renew()
        assert key.value == expected
    file.unlink()
    key.renew()
    assert key.value == "last"
