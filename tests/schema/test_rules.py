"""Each rule finds what breaks it, in `bad/` and in its page, and nothing in what keeps it."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from telemetry_events.schema import rules
from telemetry_events.schema.image import read_image
from telemetry_events.schema.lint import lint
from telemetry_events.schema.model import Schema
from telemetry_events.schema.rule import Rule
from telemetry_events.schema.rules import RULES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUF = Path(sys.executable).with_name("buf")
PAGE = (ROOT / "docs" / "schema-rules.md").read_text().partition("\n# Compatibility")[0]

Compile = Callable[..., Schema]
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


def found(rule: Rule, schema: Schema) -> list[str]:
    """Return what one rule finds, in the order of the source."""
    return [str(problem) for problem in lint(schema) if problem.rule == rule.name]


def wanted(rule: Rule, text: str) -> list[str]:
    """Return what the comments `want: …` of a bad example promise; ` | ` stands between two of one line."""
    return [
        f"test.proto:{number}: {rule.name}: {message}"
        for number, line in enumerate(text.splitlines(), start=1)
        for message in sorted(line.partition("want: ")[2].split(" | "))
        if message
    ]


def example(rule: Rule, label: str) -> str:
    """Return an example of the rule's section, made a file of its own."""
    section = PAGE.partition(f"\n## {rule.name}\n")[2].partition("\n## ")[0]
    block = re.search(rf"\*{label}\*\n\n```proto\n(.*?)```", section, re.DOTALL)
    assert block is not None
    names = (
        "" if "enum TelemetryEventName" in block[1] else "enum TelemetryEventName { NAME_UNSPECIFIED = 0; }\n"
    )
    event = "" if "Event {" in block[1] else "message OtherEvent { TelemetryEventName event = 1; }\n"
    return f"""
        syntax = "proto3";
        package telemetry_events.v1;
        import "telemetry_events/v1/options.proto";
        {block[1]}{names}{event}
    """


def test_rules_files_examples_and_docs_agree() -> None:
    """Every rule has a file, a bad example and a section of its name, and nothing else has."""
    names = [rule.name for rule in RULES]
    (folder,) = rules.__path__

    assert sorted(names) == sorted(
        file.stem.replace("_", "-") for file in Path(folder).glob("*.py") if file.stem != "__init__"
    )
    assert sorted(names) == sorted(file.stem for file in (HERE / "bad").iterdir())
    assert names == re.findall(r"^## (.*)$", PAGE, re.MULTILINE)


@each_rule
def test_rule_finds_each_fault(rule: Rule, compiled: Compile) -> None:
    """A rule finds each fault of its bad example, at its line and with its text, and nothing else there."""
    text = (HERE / "bad" / f"{rule.name}.proto").read_text()

    assert wanted(rule, text) == found(rule, compiled(text))


@each_rule
def test_docs_tell_right_from_wrong(rule: Rule, compiled: Compile) -> None:
    """A rule finds fault with the wrong example of its section, and none with the right one."""
    assert f"\n## {rule.name}\n\n{rule.summary}\n" in PAGE
    assert found(rule, compiled(example(rule, "Wrong")))
    assert found(rule, compiled(example(rule, "Right"))) == []


def test_rules_are_silent_on_a_good_schema(compiled: Compile) -> None:
    """A schema at the edge of what is allowed has no problem."""
    schema = compiled((HERE / "good.proto").read_text())

    assert len(schema.of_events().messages) == 4
    assert lint(schema) == []


def test_problems_come_in_the_order_of_the_source(compiled: Compile) -> None:
    """Problems are sorted by file and line, whatever rule found them."""
    problems = lint(compiled((HERE / "bad" / "field-name.proto").read_text()))

    assert len({problem.rule for problem in problems}) > 3
    assert problems == sorted(problems, key=lambda problem: problem.location)


def test_a_package_without_names_binds_no_event(compiled: Compile) -> None:
    """An event whose package has no `TelemetryEventName` belongs to no value."""
    schema = compiled('syntax = "proto3"; package p; message TaskErrorEvent { int64 a = 1; }')

    assert [str(problem) for problem in lint(schema) if problem.rule == "event-binding"] == [
        "test.proto:1: event-binding: `TaskErrorEvent` belongs to no value of `TelemetryEventName`:"
        " none has the letters `taskerror`"
    ]


def test_events_are_bound_within_their_package(compiled: Compile) -> None:
    """A value of another package's `TelemetryEventName` names no event of this one."""
    schema = compiled(
        """
        syntax = "proto3"; package p; import "telemetry_events/v1/task.proto";
        enum TelemetryEventName { NAME_UNSPECIFIED = 0; }
        message TaskErrorEvent { TelemetryEventName event = 1; }
        """
    )

    assert "test.proto:4: event-binding: `TaskErrorEvent` belongs to no value" in "\n".join(
        map(str, lint(schema))
    )


@pytest.mark.parametrize("head", ['syntax = "proto2"; ', 'edition = "2023"; '])
def test_only_proto3_is_read(head: str, compiled: Compile) -> None:
    """A message of another syntax is a problem, as it says in other ways what may be absent."""
    schema = compiled(head + "package p; message TaskErrorEvent { repeated int64 counts = 1; }")

    syntax = "proto2" if "proto2" in head else "editions"
    assert [f"test.proto:1: closed-types: `TaskErrorEvent` must be in a file of proto3, not of {syntax}"] == [
        str(problem) for problem in lint(schema) if problem.rule == "closed-types"
    ]


def test_an_enum_without_zero_has_no_prefix(compiled: Compile) -> None:
    """An enum without a zero value, which proto2 allows, is a problem; one that declares it last is none."""
    schema = compiled(
        """syntax = "proto2"; package p; message TaskErrorEvent {}
        enum None { NONE_A = 1; }
        enum Last { LAST_A = 1; LAST_UNSPECIFIED = 0; }"""
    )

    assert [
        str(problem)
        for problem in lint(schema)
        if problem.location.line > 1 and problem.rule == "event-binding"
    ] == [
        "test.proto:2: event-binding: the zero value of `None` must end in `UNSPECIFIED`:"
        " what precedes it is the prefix of all values"
    ]


def test_a_group_is_no_type(compiled: Compile) -> None:
    """A group, which proto2 has, is a problem like any other type outside of the set."""
    schema = compiled('syntax = "proto2"; package p; message TaskErrorEvent { optional group Part = 1 {} }')

    assert "test.proto:1: closed-types: `TaskErrorEvent.part` is of type group; use message" in map(
        str, lint(schema)
    )


def test_what_no_event_reaches_is_left_alone(compiled: Compile) -> None:
    """A package without events is checked only as far as the fields of events reach into it."""
    imported = """
        syntax = "proto3";
        package q;
        message Reached { Deeper deeper = 1; }
        message Deeper { float far = 1; Kind kind = 2; }
        message Alone { float near = 1; }
        enum Kind { KIND_NONE = 0; }
        enum Other { OTHER_NONE = 0; }
    """
    event = """
        syntax = "proto3";
        package p;
        import "imported.proto";
        message TaskErrorEvent { q.Reached reached = 1; }
    """
    schema = compiled(event, {"imported.proto": imported})
    locations = {str(problem.location) for problem in lint(schema)}

    assert {f"imported.proto:{line}" for line in (4, 5, 7)} | {"test.proto:5"} == locations
    assert lint(compiled(imported)) == []


def test_our_own_schema_keeps_the_rules(tmp_path: Path) -> None:
    """The schemas of this repository have no problem."""
    image = tmp_path / "image.binpb"
    subprocess.run([BUF, "build", ROOT, "-o", image], check=True)
    schema = read_image(image)

    assert "telemetry_events.v1" in schema.of_events().packages
    assert lint(schema) == []
