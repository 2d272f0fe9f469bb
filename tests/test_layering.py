"""Dependencies within the package go one way, as DESIGN section 9 has them."""

import ast
from pathlib import Path

import telemetry_events

PACKAGE = Path(telemetry_events.__file__).parent
# Each module may import those before it, and none after it.
ORDER = [
    *["errors", "canonical", "redaction", "encoder", "fields", "message", "_proto", "v1"],
    *["clock", "stack", "trace", "limit", "context", "record", "alarm", "journal", "delivery"],
    *[
        "settings",
        "handlers",
        "logger",
        "scope",
        "setup",
        "instrument",
        "testing",
        "pytest_plugin",
        "__init__",
    ],
]
# What the library itself never imports, with what each of them may import.
TOOLS = {
    "schema": {"errors", "schema"},
    "codegen": {"errors", "schema", "codegen"},
    "validation": {"errors", "schema", "validation"},
    "cli": {"errors", "schema", "validation", "cli", "alarm", "journal", "delivery"},
    "otlp": {*ORDER[: ORDER.index("logger")], "otlp"},
}


def imports(file: Path) -> set[str]:
    """Return the top modules of the package that a file imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and (node.module or "").startswith("telemetry_events")
        ):
            path = (node.module or "").split(".")
            found |= {path[1]} if len(path) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("telemetry_events.")
            }
    return found


def modules() -> dict[str, set[str]]:
    """Return what each top module of the package imports of it."""
    result: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        result.setdefault(name, set()).update(imports(file))
    return result


def test_the_library_imports_one_way() -> None:
    """No module of the library imports one that comes after it, nor any of the tools."""
    found = modules()

    for place, name in enumerate(ORDER):
        assert found[name] <= set(ORDER[:place]) | {name}, name


def test_tools_import_what_they_may() -> None:
    """The schema tools import errors and one another downwards, and nothing of the library."""
    found = modules()

    assert found.keys() == {*ORDER, *TOOLS}
    for name, allowed in TOOLS.items():
        assert found[name] <= allowed | {"__init__"}, name


def test_no_import_inside_a_function() -> None:
    """Every import stands at the top of its file, but where a command says what is to be installed."""
    commands = {PACKAGE / "cli" / "__init__.py", PACKAGE / "codegen" / "__init__.py"}
    for file in set(PACKAGE.rglob("*.py")) - commands:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                inner = [each for each in ast.walk(node) if isinstance(each, (ast.Import, ast.ImportFrom))]
                assert not inner, file
