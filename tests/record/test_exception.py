"""Of an exception a record has the class and the frames, and nothing that it says."""

import importlib.util
import json
import os
import py_compile
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from record.journals import Journal
from record.program import run

from telemetry_events import telemetry_logger
from telemetry_events.instrument import stack_frames

NAME = "DOE_JANE"
UNKNOWN = 'File "<unknown>", line {}, in <unknown>'


class OwnError(Exception):
    """An exception that has a module."""


def caught(function: Callable[[], object]) -> BaseException:
    """Return the exception that a function raises."""
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def told(error: BaseException, journal: Journal) -> dict[str, str]:
    """Return what a record tells of an exception, which must be the same for an event and for a text."""
    telemetry_logger.error("text", exc_info=error)
    [record] = journal.records()
    found: dict[str, str] = record["error"]
    assert found["stack"] == stack_frames(error)
    return found


def own_frames(error: BaseException) -> list[str]:
    """Return the frames behind those of this file."""
    here = f"{Path(__file__).parent.name}/{Path(__file__).name}"
    return [frame for frame in stack_frames(error).split("\n") if here not in frame]


def test_an_exception_from_a_module(journal: Journal) -> None:
    """The class is named with its module, and each frame with the last two segments of its file."""

    def deep() -> None:
        json.loads("{")

    found = told(caught(deep), journal)

    frames = re.findall(r'File "(.*)", line \d+, in (.*)', found["stack"])
    assert found["kind"] == "json.decoder.JSONDecodeError"
    assert frames == [
        ("record/test_exception.py", "caught"),
        ("record/test_exception.py", "deep"),
        ("json/__init__.py", "loads"),
        ("json/decoder.py", "decode"),
        ("json/decoder.py", "raw_decode"),
    ]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError(NAME), "ValueError"),
        (OwnError(NAME), f"{__name__}.OwnError"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (type(NAME, (Exception,), {})(), "Exception"),
        (type(NAME, (type(NAME, (OSError,), {}),), {})(), "OSError"),
        (type("ValueError", (KeyError,), {"__module__": "builtins"})(), "KeyError"),
        (type(NAME, (OwnError,), {"__module__": NAME})(), f"{__name__}.OwnError"),
        (type(NAME, (OwnError,), {"__qualname__": "OwnError"})(), f"{__name__}.OwnError"),
        (ExceptionGroup(NAME, [ValueError(NAME)]), "ExceptionGroup"),
        (BaseExceptionGroup(NAME, [KeyboardInterrupt()]), "BaseExceptionGroup"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_kinds(error: BaseException, kind: str, journal: Journal) -> None:
    """A class that cannot be found under its name counts as its nearest base that can."""
    assert told(error, journal) == {"kind": kind, "stack": ""}


class _Unfindable(type):
    """Makes classes that answer no question about themselves."""

    @property
    def __module__(cls) -> str:  # type: ignore[override]
        raise RuntimeError(NAME)


@pytest.mark.parametrize(
    "kind",
    [
        type(NAME, (ValueError,), {"__module__": []}),
        type(NAME, (ValueError,), {"__module__": None}),
        _Unfindable(NAME, (ValueError,), {}),
    ],
    ids=["a list", "None", "raises"],
)
def test_a_class_that_cannot_be_asked(kind: type[ValueError], journal: Journal) -> None:
    """A class whose module is no text, or raises, counts as a base of it, and the program sees nothing."""
    assert told(kind(NAME), journal)["kind"] in ("ValueError", "Exception")


def test_a_module_that_answers_for_others(journal: Journal) -> None:
    """A module's own `__getattr__` is not run to find a class."""
    module = types.ModuleType("answering")
    module.__getattr__ = lambda name: pytest.fail(name)  # type: ignore[method-assign]
    sys.modules["answering"] = module
    try:
        kind = type(NAME, (OwnError,), {"__module__": "answering"})
        assert told(kind(), journal)["kind"] == f"{__name__}.OwnError"
    finally:
        del sys.modules["answering"]


@pytest.mark.parametrize("count", [29, 30, 31, 900])
def test_the_deepest_frames_are_kept(count: int, journal: Journal) -> None:
    """Of more than 30 frames the last 30 are kept."""

    def down(more: int) -> None:
        if more:
            down(more - 1)
        raise OwnError(NAME)

    error = caught(lambda: down(count))

    assert told(error, journal)["stack"].count("\n") + 1 == 30
    assert own_frames(error) == []


def test_a_recursion_of_ten_thousand() -> None:
    """A stack of ten thousand frames is told as any other, without a recursion."""
    output, errors = run(
        """
        import sys
        from telemetry_events.instrument import stack_frames

        sys.setrecursionlimit(20_000)

        def down(more):
            if not more:
                raise KeyError("DOE_JANE")
            down(more - 1)

        try:
            down(10_000)
        except KeyError as error:
            sys.setrecursionlimit(100)
            print(stack_frames(error).count("File"))
        """
    )
    assert (output, errors) == ("30\n", "")


def test_causes_notes_and_groups_are_left_out(journal: Journal) -> None:
    """Neither causes nor contexts, notes, arguments, locals or members of a group are told."""

    def chain() -> None:
        patient = NAME
        try:
            raise OSError(2, NAME, f"/data/{NAME}.dcm")
        except OSError as error:
            group = ExceptionGroup(NAME, [error, KeyError(patient)])
            group.add_note(NAME)
            raise group from KeyError(NAME)

    found = told(caught(chain), journal)

    assert found["kind"] == "ExceptionGroup"
    assert NAME not in str(found)
    assert [line.rpartition(" ")[2] for line in found["stack"].split("\n")] == ["caught", "chain"]


DYNAMIC = [
    ("a name of its own", f"/data/{NAME}.dcm", {}),
    ("a string", "<string>", {}),
    ("the name of a module", "<string>", {"__name__": "json"}),
    ("a file of a module", json.__file__, {"__name__": __name__}),
    ("a frozen one", f"<frozen {NAME}>", {}),
    ("a frozen one in a module", f"<frozen {NAME}>", {"__name__": "json"}),
    ("a module that is none", "<string>", {"__name__": NAME}),
    ("a name that is no text", "<string>", {"__name__": [NAME]}),
]


@pytest.mark.parametrize(("file", "scope"), [case[1:] for case in DYNAMIC], ids=[case[0] for case in DYNAMIC])
def test_code_that_no_module_holds(file: str, scope: dict[str, Any], journal: Journal) -> None:
    """Code that was made at run time shows as unknown, with its line and neither its file nor its name."""
    code = compile(f"def {NAME}():\n  raise KeyError\n{NAME}()", file, "exec")

    error = caught(lambda: exec(code, dict(scope)))  # noqa: S102 (that is the point)

    assert own_frames(error) == [UNKNOWN.format(3), UNKNOWN.format(2)]
    assert NAME not in str(told(error, journal))


def test_frozen_modules(journal: Journal) -> None:
    """A frame of a module that is frozen into the interpreter is told as it is."""
    error = caught(lambda: os.makedirs(""))  # noqa: PTH103 (pathlib is not frozen)

    assert re.fullmatch(r'File "<frozen os>", line \d+, in makedirs', own_frames(error)[-1])
    assert told(error, journal)["kind"] == "FileNotFoundError"


def test_code_without_its_source(tmp_path: Path, journal: Journal) -> None:
    """A module that is there as bytecode only shows its own frames, under the path of its source."""
    source = tmp_path / "sourceless.py"
    source.write_text("def fail():\n    raise KeyError\n")
    compiled = tmp_path / "elsewhere" / "sourceless.pyc"
    py_compile.compile(str(source), str(compiled), dfile="/build/app/sourceless.py")
    spec = importlib.util.spec_from_file_location("sourceless", compiled)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sourceless"] = module
    try:
        spec.loader.exec_module(module)
        error = caught(module.fail)
        assert own_frames(error) == ['File "app/sourceless.py", line 2, in fail']
        assert "KeyError" in told(error, journal)["kind"]
        code = compile(f"def {NAME}():\n  raise KeyError\n{NAME}()", f"/data/{NAME}.dcm", "exec")
        dynamic = caught(lambda: exec(code, vars(module)))  # noqa: S102 (that is the point)
        assert own_frames(dynamic) == [UNKNOWN.format(3), UNKNOWN.format(2)]
    finally:
        del sys.modules["sourceless"]


SCRIPT = """
from telemetry_events.instrument import stack_frames

try:
    raise KeyError
except KeyError as error:
    print(stack_frames(error))
"""


def test_frames_of_the_program_itself(tmp_path: Path) -> None:
    """The frames of a script are told as those of a module, and those of `-c` as unknown."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "script.py").write_text(SCRIPT)
    (tmp_path / "app" / "__main__.py").write_text(SCRIPT)

    by_path, _ = run("", options=(str(tmp_path / "app" / "script.py"),))
    by_relative_path, _ = run("", options=("app/script.py",), cwd=tmp_path)
    by_module, _ = run("", options=("-m", "app"), cwd=tmp_path)
    by_command, _ = run(SCRIPT)

    assert by_path == by_relative_path == 'File "app/script.py", line 5, in <module>\n'
    assert by_module == 'File "app/__main__.py", line 5, in <module>\n'
    assert by_command == UNKNOWN.format(5) + "\n"


def test_what_was_compiled_from_another_language(journal: Journal) -> None:
    """A call into compiled code leaves no frame but its caller's."""

    def caller() -> None:
        sorted([1, ""])  # type: ignore[type-var]

    found = told(caught(caller), journal)

    assert found["kind"] == "TypeError"
    assert [line.rpartition(" ")[2] for line in found["stack"].split("\n")] == ["caught", "caller"]


def test_an_exception_without_frames() -> None:
    """An exception that was never raised has no frames."""
    assert stack_frames(KeyError(NAME)) == ""
