"""The plugin gives any schema that keeps the rules its classes, and says why others get none."""

import filecmp
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from runner.generating import TOOLS, generate

import telemetry_events
from telemetry_events import RedactionKey, canonical_json, enum_text

CONFORMANCE = ROOT / "conformance" / "proto"
KEY = RedactionKey("k1", bytes(range(16)))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A user's own project: its schema, and a copy of the options that the installed package brings."""
    options = Path(telemetry_events.__file__).parent / "proto" / "telemetry_events" / "v1" / "options.proto"
    (tmp_path / "vendor" / "telemetry_events" / "v1").mkdir(parents=True)
    shutil.copy(options, tmp_path / "vendor" / "telemetry_events" / "v1")
    package = Path("telemetry_conformance", "v1")
    shutil.copytree(CONFORMANCE / package, tmp_path / "proto" / package)
    (tmp_path / "buf.yaml").write_text("version: v2\nmodules:\n  - path: proto\n  - path: vendor\n")
    return tmp_path


def schema(workspace: Path) -> Path:
    """Return the file with the user's events."""
    return next((workspace / "proto").rglob("kitchen_sink.proto"))


def test_another_package_gets_typed_classes(kitchen_sink: ModuleType) -> None:
    """Nested and repeated messages, every type and deep optionals are encoded and redacted alike."""
    leaf = kitchen_sink.Leaf("/data/DOE.dcm", 0.5)
    branch = kitchen_sink.Branch("b", favourite=leaf, leaves=[leaf, kitchen_sink.Leaf("", 1e21)], depth=0)
    sink = kitchen_sink.KitchenSinkEvent(
        text="t", flag=True, small=-1, large=2**53 - 1, natural=2**32 - 1, ratio=0.1,
        kind=kitchen_sink.EHRQueryV2Kind._2D, username="u", file_name="DOE.nii.gz", patient="DOE",
        stack="", sort1=1, sort_a=2, sorta=3, optional_patient="DOE", branch=branch, kinds=[3, -1],
    )  # fmt: skip

    printed = json.loads(canonical_json(sink))

    assert printed["branch"] == {
        "depth": 0,
        "favourite": {"leaf_file_name": "redacted.dcm", "weight": 0.5},
        "label": "b",
        "leaves": [{"leaf_file_name": "redacted.dcm", "weight": 0.5}, {"leaf_file_name": "", "weight": 1e21}],
    }
    assert printed["kind"] == "2d"
    assert printed["kinds"] == ["ehr_query_v2_kind", "negative"]
    assert (printed["file_name"], printed["patient"], printed["optional_patient"]) == (
        "redacted.nii.gz",
        "redacted",
        "redacted",
    )
    assert list(printed) == sorted(printed)
    assert "optional_text" not in printed
    assert "DOE" not in repr(sink)
    assert b"DOE" not in canonical_json(sink, KEY)


def test_wire_form_of_nested_messages(kitchen_sink: ModuleType) -> None:
    """A parsed event holds messages of the same typed classes, so that it equals and encodes as before."""
    branch = kitchen_sink.Branch("b", favourite=kitchen_sink.Leaf("f", 1.0))
    sink = kitchen_sink.KitchenSinkEvent.parse(b"")
    sink.branch = branch
    sink.branches = [branch]

    parsed = kitchen_sink.KitchenSinkEvent.parse(bytes(sink))

    assert parsed == sink
    assert type(parsed.branches[0].favourite) is kitchen_sink.Leaf
    assert canonical_json(parsed) == canonical_json(sink)


def test_names_are_those_of_the_schema(kitchen_sink: ModuleType) -> None:
    """Classes keep the acronyms of the schema, and an event is bound to the value with its letters."""
    event = kitchen_sink.HTTP2PushEvent("s")

    assert type(event).__name__ == "HTTP2PushEvent"
    assert canonical_json(event) == b'{"event":"http2_push","stream":"s"}'
    assert enum_text(kitchen_sink.EHRQueryV2Kind.FULL_READ) == "full_read"


def test_exports(kitchen_sink: ModuleType) -> None:
    """A module exports its events and all that their fields hold."""
    exported = set(kitchen_sink.__all__)

    assert {"KitchenSinkEvent", "Branch", "Leaf", "EHRQueryV2Kind", "TelemetryEventName"} <= exported
    assert all(inspect.isclass(getattr(kitchen_sink, name)) for name in exported)


def test_a_package_without_events_gets_no_module(tmp_path: Path) -> None:
    """Modules are generated for packages that declare events, whatever else lies beside them."""
    out = tmp_path / "kitchen"
    generate(CONFORMANCE, out)

    modules = {str(file.relative_to(out)) for file in out.rglob("*.py")}
    executor = {name for name in modules if "executor" in name}
    assert "telemetry_conformance/v1.py" in modules
    assert executor
    assert all(name.startswith("kitchen_proto/") for name in executor)


def test_generation_is_reproducible(tmp_path: Path) -> None:
    """Two runs write the same files, byte for byte."""
    first, second = tmp_path / "a" / "kitchen", tmp_path / "b" / "kitchen"
    generate(CONFORMANCE, first)
    generate(CONFORMANCE, second)

    files = sorted(file.relative_to(first) for file in first.rglob("*.py"))

    assert files == sorted(file.relative_to(second) for file in second.rglob("*.py"))
    assert filecmp.cmpfiles(first, second, files, shallow=False)[1:] == ([], [])


def test_surroundings_do_not_show(tmp_path: Path, workspace: Path) -> None:
    """The plugin writes the same module in any folder, whatever settings of a formatter lie there."""
    generate(CONFORMANCE, tmp_path / "a" / "kitchen")
    generate(workspace / "proto", tmp_path / "b" / "kitchen", cwd=workspace)

    first, second = (
        (tmp_path / run / "kitchen" / "telemetry_conformance" / "v1.py").read_bytes() for run in "ab"
    )

    assert first == second


def test_an_event_is_one_value_and_one_message(workspace: Path) -> None:
    """A new event takes a value and a message in a user's schema, and can then be used."""
    file = schema(workspace)
    value = "  // The name of BrandNewEvent.\n  TELEMETRY_EVENT_NAME_BRAND_NEW = 99;\n}\n"
    message = (
        "\n// Something new happened.\n// Emitted by a test.\nmessage BrandNewEvent {\n"
        "  // Always `brand_new`.\n  TelemetryEventName event = 1;\n\n"
        "  // A count.\n  int64 count = 2;\n}\n"
    )
    file.write_text(file.read_text().replace("}\n", value, 1) + message)
    out = workspace / "gen"
    generate(workspace / "proto", out, cwd=workspace)
    code = (
        "from telemetry_events import canonical_json; import telemetry_conformance.v1 as v1;"
        "print(canonical_json(v1.BrandNewEvent(3)).decode())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(out)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == '{"count":3,"event":"brand_new"}\n'


def test_a_broken_rule_gets_no_code(workspace: Path) -> None:
    """A schema that breaks a rule is refused with file, line and rule, and nothing is written."""
    file = schema(workspace)
    file.write_text(file.read_text().replace("double ratio = 7;", "float ratio = 7;"))
    line = file.read_text().splitlines().index("  float ratio = 7;") + 1

    with pytest.raises(subprocess.CalledProcessError) as refused:
        generate(workspace / "proto", workspace / "gen", cwd=workspace)

    assert f"telemetry_conformance/v1/kitchen_sink.proto:{line}: closed-types: " in refused.value.stderr
    assert not list((workspace / "gen").glob("telemetry_conformance/*.py"))


@pytest.mark.parametrize("option", [[], ["betterproto"], ["module=acme"]])
def test_a_wrong_option_is_refused(workspace: Path, option: list[str]) -> None:
    """The plugin says which option it takes when it is given none, half of it, or another."""
    plugin = {"local": "protoc-gen-telemetry-events", "out": "gen", "opt": option}
    template = json.dumps({"version": "v2", "inputs": [{"directory": "proto"}], "plugins": [plugin]})

    done = subprocess.run(
        ["buf", "generate", "--template", template],
        cwd=workspace,
        env=os.environ | {"PATH": TOOLS},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "takes the option betterproto=MODULE" in done.stderr
