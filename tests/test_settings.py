"""A handler is configured by arguments, then by the environment, and refuses what cannot be used."""

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from record.journals import members, reader, recording, restored
from record.program import run

from telemetry_events import (
    JournalHandler,
    MissingColumnEvent,
    RedactionKey,
    TelemetryError,
    setup_telemetry,
    telemetry_logger,
)

SECRET = "hush-hush-hush-hush"  # noqa: S105 (of no key)
ENVIRONMENT = ["DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY"]
ENVIRONMENT += ["TELEMETRY_EVENTS_DIR", "XDG_STATE_HOME"]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin without any of the variables, and with a logger that is not set up."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    with restored():
        yield


def record(directory: Path, **options: Any) -> dict[str, Any]:
    """Return the record of an event with a file's name, set up with some options."""
    defaults: dict[str, Any] = {"service": None, "hostname": None}
    with recording(directory, **defaults | options):
        telemetry_logger.info(MissingColumnEvent("a.dcm", "c"))
        [line] = reader(directory)()
    return members(line)


VARIABLES = [
    ("DD_SERVICE", "of-env", "service", "of-argument", "service"),
    ("DD_HOSTNAME", "of-env", "hostname", "of-argument", "hostname"),
    ("DD_ENV", "of-env", "env", "of-argument", "ddtags"),
    ("DD_VERSION", "of-env", "version", "of-argument", "ddtags"),
    ("DD_TAGS", "of-env:1", "tags", ["of-argument:1"], "ddtags"),
    ("TELEMETRY_EVENTS_KEY", f"env1:{SECRET}", "key", f"arg1:{SECRET}", "file_name"),
]


@pytest.mark.parametrize(
    ("variable", "value", "argument", "given", "member"), VARIABLES, ids=lambda each: str(each)
)
def test_variables(
    variable: str,
    value: str,
    argument: str,
    given: Any,
    member: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A variable of the environment counts unless the argument is given, and not where it is empty."""
    without = record(tmp_path / "1")[member]
    monkeypatch.setenv(variable, "")
    assert record(tmp_path / "2")[member] == without
    monkeypatch.setenv(variable, " \t")
    assert record(tmp_path / "3")[member] == without
    monkeypatch.setenv(variable, f" {value}\n")
    assert value.partition(":")[0] in record(tmp_path / "4")[member]
    told = record(tmp_path / "5", **{argument: given})[member]
    assert str(given).partition(":")[0].strip("['") in told
    assert value.partition(":")[0] not in told


def test_the_source_is_the_service_unless_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source of records is the service, from wherever that comes, unless it is given."""
    monkeypatch.setenv("DD_SERVICE", "of-env")

    assert record(tmp_path / "1")["ddsource"] == "of-env"
    assert record(tmp_path / "2", ddsource="python")["ddsource"] == "python"


def test_what_is_recorded_without_any_configuration(tmp_path: Path) -> None:
    """With nothing but a directory, the service is the program and the machine says its own name."""
    found = record(tmp_path)

    assert found["service"] == found["ddsource"]
    assert found["hostname"] == "".join(
        each if each.isascii() and (each.isalnum() or each in "_.:-") else "_" for each in os.uname().nodename
    )
    assert (found["ddtags"], found["file_name"]) == ("", "redacted.dcm")


def test_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key as an object, as a text and of the environment gives the same token, and is the same setting."""
    key = RedactionKey("k1", SECRET.encode())
    tokens = {
        record(tmp_path / "1", key=key)["file_name"],
        record(tmp_path / "2", key=f"k1:{SECRET}")["file_name"],
    }
    tokens.add(record(tmp_path / "3", key=f"\n k1:{SECRET} \n")["file_name"])
    monkeypatch.setenv("TELEMETRY_EVENTS_KEY", f"k1:{SECRET}")
    tokens.add(record(tmp_path / "4")["file_name"])

    assert tokens == {f"{key.token('a.dcm')}.dcm"}
    setup_telemetry(directory=tmp_path, key=key)
    [before] = our_handlers()
    setup_telemetry(directory=tmp_path, key=f"k1:{SECRET}")
    setup_telemetry(directory=tmp_path)
    assert our_handlers() == [before]
    setup_telemetry(directory=tmp_path, key=f"k2:{SECRET}")
    assert our_handlers() != [before]
    assert SECRET not in f"{before.settings!r} {before!r} {vars(before)!r}"


def our_handlers() -> list[JournalHandler]:
    """Return our handlers of our logger."""
    return [each for each in telemetry_logger.handlers if isinstance(each, JournalHandler)]


WRONG: list[tuple[str, list[Any]]] = [
    ("service", ["", " ", "bad service", "-x", "x" * 101, "ä", "a\nb", "\udcff", 5, b"a", ["a"]]),
    ("env", ["", 5, b"a", "x" * 200]),
    ("version", ["", 5, 1.4, "x" * 200]),
    ("hostname", ["", "bad host", "ö", "x" * 256, 5]),
    ("ddsource", ["", "a b", 5]),
    ("directory", ["", "a\0b", b"bytes", 5, "~no-such-user/x", "/proc/none", "/dev/null/x"]),
    ("key", ["", "no colon " + SECRET, f"Bad:{SECRET}", "k1:hush", 5, SECRET.encode(), [SECRET]]),
    ("capacity_bytes", [0, -1, 2**20 - 1, "1", 1.5, True, None]),
    ("durability", ["", "none", None, 5, ["process"]]),
    ("tags", [5, [5], [None], {"a": None}, b"x", ["x" * 201], ["x"] * 101, "x" * 201]),
]


@pytest.mark.parametrize(
    ("argument", "value"),
    [(argument, value) for argument, values in WRONG for value in values],
    ids=lambda each: each[:20] if isinstance(each, str) else type(each).__name__,
)
def test_what_cannot_be_used(argument: str, value: Any, tmp_path: Path) -> None:
    """What cannot be used is one error, which names the argument in one line and shows no key."""
    options = {"directory": tmp_path, argument: value}

    with pytest.raises(TelemetryError) as caught:
        setup_telemetry(**options)

    assert len(str(caught.value).splitlines()) == 1
    assert argument in str(caught.value)
    assert len(str(caught.value)) < 300
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "hush" not in str(caught.value)
    assert our_handlers() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "argument"),
    [
        ("DD_SERVICE", "bad service", "service"),
        ("DD_HOSTNAME", "bad host", "hostname"),
        ("DD_TAGS", "x" * 201, "tags"),
        ("TELEMETRY_EVENTS_KEY", SECRET, "key"),
        ("TELEMETRY_EVENTS_KEY", f"k1 :{SECRET}", "key"),
        ("TELEMETRY_EVENTS_DIR", "/proc/none", "directory"),
    ],
)
def test_variables_that_cannot_be_used(
    variable: str, value: str, argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment says and cannot be used is the same error."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(TelemetryError, match=argument) as caught:
        setup_telemetry()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_program_that_is_set_up_wrongly_ends_with_one_traceback(tmp_path: Path) -> None:
    """A program that does not catch the error ends with it, and nothing more is said."""
    program = "from telemetry_events import setup_telemetry\nsetup_telemetry(service='bad service')"
    _, errors = run(program, cwd=tmp_path, status=1)

    assert errors.count("Traceback") == 1
    assert errors.splitlines()[-1].startswith("telemetry_events.errors.TelemetryError: service: ")


def test_a_directory_that_is_a_file(tmp_path: Path) -> None:
    """A directory that is a file, or lies below one, is refused, and the file is left as it is."""
    file = tmp_path / "file"
    file.write_text("text")
    for path in (file, file / "below"):
        with pytest.raises(TelemetryError, match=r"^directory: "):
            setup_telemetry(directory=path)
    assert file.read_text() == "text"


def test_an_argument_that_there_is_not() -> None:
    """An argument that there is not is Python's own error, as is one by position."""
    for call in (lambda: setup_telemetry(servce="a"), lambda: setup_telemetry("a")):  # type: ignore[call-arg, misc]
        with pytest.raises(TypeError):
            call()


def test_set_up_leaves_nothing_but_the_directory(tmp_path: Path) -> None:
    """Set-up makes the directory, for its owner alone, and nothing in it until something is recorded."""
    directory = tmp_path / "a" / "b"
    setup_telemetry(directory=directory)
    assert list(directory.iterdir()) == []
    assert directory.stat().st_mode & 0o777 == 0o700

    telemetry_logger.info("text")
    assert len(list(directory.iterdir())) == 1
