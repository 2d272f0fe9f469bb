"""Each check of `compat` finds what a new schema breaks, and nothing in what it may do."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from telemetry_events.schema.compat import CHECKS, compare
from telemetry_events.schema.model import Schema

PAGE = (Path(__file__).parents[2] / "docs" / "schema-rules.md").read_text().partition("\n# Compatibility")[2]
CLASSES = ["UNSPECIFIED", "NONE", "PLATFORM", "FILE_NAME", "PERSON", "STACK_FRAMES"]
ALLOWED = {
    *[(before, before) for before in CLASSES],
    *[("UNSPECIFIED", after) for after in CLASSES],
    *[("NONE", after) for after in CLASSES if after != "UNSPECIFIED"],
    *[("PLATFORM", after) for after in CLASSES if after != "UNSPECIFIED"],
    ("FILE_NAME", "PERSON"),
}

Compile = Callable[..., Schema]


@pytest.fixture
def versions(compiled: Compile) -> Callable[[str, str], list[str]]:
    """Compare two versions of what a schema declares beside an event, on line 1 of its file."""
    head = 'syntax = "proto3"; package telemetry_events.v1; import "telemetry_events/v1/options.proto"; '
    event = " message OtherEvent {}"

    def compare_versions(old: str, new: str) -> list[str]:
        return [
            str(problem) for problem in compare(compiled(head + old + event), compiled(head + new + event))
        ]

    return compare_versions


Versions = Callable[[str, str], list[str]]


@pytest.mark.parametrize("check", CHECKS)
def test_docs_tell_right_from_wrong(check: str, versions: Versions) -> None:
    """A check finds fault with the wrong example of its section, and no check does with the right one."""
    section = PAGE.partition(f"\n## {check}\n")[2].partition("\n## ")[0]
    before, wrong, right = re.findall(r"\*\n\n```proto\n(.*?)```", section, re.DOTALL)

    assert section.startswith(f"\n{CHECKS[check].__doc__}\n")
    assert {check} == {problem.split(": ")[1] for problem in versions(before, wrong)}
    assert versions(before, right) == []


def test_checks_and_docs_agree() -> None:
    """The page has a section for each check, in their order, and no other."""
    assert list(CHECKS) == re.findall(r"^## (.*)$", PAGE, re.MULTILINE)


def test_each_change_of_sensitivity(versions: Versions) -> None:
    """Of all changes from one class to another, those that reveal no more are allowed."""
    pairs = [(before, after) for before in CLASSES for after in CLASSES]
    fields = "message A {{ {} }}"
    old, new = (
        fields.format(
            "".join(
                f"string a{number} = {number} [(sensitivity) = SENSITIVITY_{pair[side]}];\n"
                for number, pair in enumerate(pairs, start=1)
            )
        )
        for side in (0, 1)
    )

    assert [
        f"test.proto:{number}: compat-sensitivity: `A.a{number}` must not go"
        f" from `SENSITIVITY_{pair[0]}` to `SENSITIVITY_{pair[1]}`"
        for number, pair in enumerate(pairs, start=1)
        if pair not in ALLOWED
    ] == versions(old, new)


def test_every_class_is_known(compiled: Compile) -> None:
    """The classes of these tests are those of the schema."""
    schema = compiled('syntax = "proto3"; import "telemetry_events/v1/options.proto";')
    (sensitivity,) = schema.enums

    assert [f"SENSITIVITY_{each}" for each in CLASSES] == [value.name for value in sensitivity.values]


def test_a_dropped_option_is_a_weaker_class(versions: Versions) -> None:
    """A field that loses its `(sensitivity)` is found."""
    assert versions(
        "message A { string a = 1 [(sensitivity) = SENSITIVITY_NONE]; }", "message A { string a = 1; }"
    ) == [
        "test.proto:1: compat-sensitivity: `A.a` must not go"
        " from `SENSITIVITY_NONE` to `SENSITIVITY_UNSPECIFIED`"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "int64 b = 2;", "`A.b` is new, and so must be `optional`: else every record would change"),
        (
            "",
            "repeated int64 b = 2;",
            "`A.b` is new, and so must go into a message: else every record would change",
        ),
        (
            "int64 b = 2;",
            "optional int64 b = 2;",
            "`A.b` must not become `optional`: what is printed and what is required would change",
        ),
        (
            "optional int64 b = 2;",
            "int64 b = 2;",
            "`A.b` must stay `optional`: what is printed and what is required would change",
        ),
        (
            "int64 b = 2 [(defaulted) = true];",
            "optional int64 b = 2;",
            "`A.b` must not become `optional`: what is printed and what is required would change",
        ),
        (
            "int64 b = 2 [(defaulted) = true];",
            "int64 b = 2;",
            "`A.b` must stay `(defaulted)`: constructors leave it out",
        ),
    ],
)
def test_presence_stays(old: str, new: str, problem: str, versions: Versions) -> None:
    """A change of what is printed, or of what a constructor requires, is found."""
    assert [f"test.proto:1: compat-presence: {problem}"] == versions(
        f"message A {{ int64 a = 1; {old} }}", f"message A {{ int64 a = 1; {new} }}"
    )


@pytest.mark.parametrize(
    "new",
    [
        "int64 a = 1; optional int64 b = 2;",
        "int64 a = 1; B b = 2;",
        "int64 a = 1 [(defaulted) = true];",
        "int64 renamed = 1;",
        "",
    ],
)
def test_what_buf_sees_or_nobody_minds_is_left_alone(new: str, versions: Versions) -> None:
    """A new field that can be absent is no problem; a new name and a removed field are `buf breaking`'s."""
    assert versions("message A { int64 a = 1; } message B {}", f"message A {{ {new} }} message B {{}}") == []


def test_what_is_new_is_free(versions: Versions) -> None:
    """A message or an enum that did not exist may be as it likes."""
    assert versions("", "message A { int64 a = 1; E e = 2; } enum E { E_UNSPECIFIED = 0; E_A = 1; }") == []


@pytest.mark.parametrize(
    ("new", "moved", "before"),
    [
        ("int64 b = 2; int64 a = 1; optional int64 c = 3;", "b", "a"),
        ("int64 a = 1; optional int64 d = 4; int64 b = 2; optional int64 c = 3;", "d", "b"),
        ("int64 a = 1; optional int64 c = 3;", "", ""),
        ("int64 a = 1; int64 b = 2; optional int64 c = 3; optional int64 d = 4;", "", ""),
    ],
)
def test_order_stays(new: str, moved: str, before: str, versions: Versions) -> None:
    """A field declared where another was is found; one that is gone, or is last, shifts nothing."""
    expected = f"`A.{moved}` is declared where `{before}` was: positional arguments would shift"

    assert [f"test.proto:1: compat-order: {expected}"] * bool(moved) == versions(
        "message A { int64 a = 1; int64 b = 2; optional int64 c = 3; }", f"message A {{ {new} }}"
    )


def test_texts_stay(versions: Versions) -> None:
    """Each value whose text changed is found, and no renaming that keeps the texts is."""
    old = "enum E { EHR_UNSPECIFIED = 0; EHR_KIND_A = 1; EHR_KIND_B = 2; }"

    assert versions(old, old.replace("EHR_UNSPECIFIED", "EHR_KIND_UNSPECIFIED")) == [
        "test.proto:1: compat-text: `EHR_KIND_A` must be printed as `kind_a`, not as `a`",
        "test.proto:1: compat-text: `EHR_KIND_B` must be printed as `kind_b`, not as `b`",
    ]
    assert versions(old, old.replace("EHR_", "OTHER_")) == []


def test_debug_redact_stays(versions: Versions) -> None:
    """A value that loses `debug_redact` is found, and one that gains it is not."""
    hidden, shown = (
        f"enum E {{ E_UNSPECIFIED = 0; E_A = 1{option}; }}" for option in (" [debug_redact = true]", "")
    )

    assert versions(hidden, shown) == ["test.proto:1: compat-redact: `E_A` must stay `debug_redact`"]
    assert versions(shown, hidden) == []


def test_our_own_schema_may_not_stop_hiding(compiled: Compile) -> None:
    """The classes of our own schema that are replaced carry `debug_redact`."""
    schema = compiled('syntax = "proto3"; import "telemetry_events/v1/options.proto";')

    assert {"SENSITIVITY_FILE_NAME", "SENSITIVITY_PERSON"} == {
        value.name for enum in schema.enums for value in enum.values if value.debug_redact
    }
