"""The command `telemetry-events schema` says what is wrong, where, and by its exit status whether."""

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from telemetry_events.cli.app import app
from telemetry_events.schema.model import Schema

Write = Callable[[str], Path]

GOOD = """syntax = "proto3";
package p;

// The names.
enum TelemetryEventName {
  // No event.
  TELEMETRY_EVENT_NAME_UNSPECIFIED = 0;
  // The name of TaskErrorEvent.
  TELEMETRY_EVENT_NAME_TASK_ERROR = 1;
}

// A task failed. Emitted by the worker.
message TaskErrorEvent {
  // Always `task_error`.
  TelemetryEventName event = 1;
  // How often.
  int64 count = 2;
}
"""


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command on 80 columns; return its exit status, its output and its errors."""
    done = CliRunner().invoke(
        app, list(map(str, arguments)), env={"COLUMNS": "80"}, prog_name="telemetry-events"
    )
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def start(code: str, *arguments: str | Path) -> "subprocess.Popen[str]":
    """Start the command in a process of its own, after some code."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        f"import sys; {code}from telemetry_events.cli import main; main()",
    ]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def image(compiled: Callable[[str], Schema], tmp_path: Path) -> Write:
    """Write the image of a schema, each to a file of its own."""

    def write(text: str) -> Path:
        compiled(text)
        return (tmp_path / "image.binpb").rename(tmp_path / f"{len(list(tmp_path.iterdir()))}.binpb")

    return write


def test_lint_of_a_good_schema(image: Write) -> None:
    """Without problems the output is empty, the count stands in the errors, and the status is 0."""
    assert run("schema", "lint", image(GOOD)) == (0, "", "1 message, 2 fields: no problems\n")


def test_lint_of_a_bad_schema(image: Write) -> None:
    """Each problem is a line, never wrapped or coloured; their number goes to the errors; the status is 1."""
    path = image(GOOD.replace("count", "class").replace("TaskError", "Task"))

    assert run("schema", "lint", path) == (
        1,
        "test.proto:9: event-binding: `TELEMETRY_EVENT_NAME_TASK_ERROR` belongs to no message:"
        " none has the letters `taskerror` and ends in `Event`\n"
        "test.proto:13: event-binding: `TaskEvent` belongs to no value of `TelemetryEventName`:"
        " none has the letters `task`\n"
        "test.proto:17: field-name: `TaskEvent.class` is a word of its own in Python, Java, C++\n",
        "1 message, 2 fields: 3 problems\n",
    )


def test_one_problem_is_counted_as_one(image: Write) -> None:
    """A single problem is not called problems."""
    assert (
        run("schema", "lint", image(GOOD.replace("How often.", "How often")))[2]
        == "1 message, 2 fields: 1 problem\n"
    )


def test_compat_of_a_schema_with_itself(image: Write) -> None:
    """A schema is compatible with itself: the status is 0."""
    path = image(GOOD)

    assert run("schema", "compat", path, path) == (0, "", "1 message, 2 fields: no problems\n")


def test_compat_of_a_changed_schema(image: Write) -> None:
    """A change that breaks something is found where the new schema has it: the status is 1."""
    old, new = image(GOOD), image(GOOD.replace("int64 count = 2;", "int64 count = 2;\n int64 other = 3;"))

    assert run("schema", "compat", old, new) == (
        1,
        "test.proto:18: compat-presence: `TaskErrorEvent.other` is new, and so must be `optional`:"
        " else every record would change\n",
        "1 message, 3 fields: 1 problem\n",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "the image is empty"),
        (b"\0" * 64, "not an image; make one with `buf build -o image.binpb`"),
        (b'syntax = "proto3";', "not an image; make one with `buf build -o image.binpb`"),
        (b"\x0a\x09\x0a\x01a\x1a\x04b.pr", "not an image; make one with `buf build -o image.binpb`"),
        (b"\x0a\x00", "the image has no event, which is a message whose name ends in Event"),
    ],
    ids=["missing", "empty", "zeros", "source", "import missing", "no event"],
)
@pytest.mark.parametrize("command", ["lint", "compat"])
def test_what_is_no_image(content: bytes | None, problem: str, command: str, tmp_path: Path) -> None:
    """A file that is no image gets one line of errors, which names it, and the status 2."""
    path = tmp_path / "image"
    if content is not None:
        path.write_bytes(content)

    assert run("schema", command, *[path] * (1 + (command == "compat"))) == (
        2,
        "",
        f"telemetry-events: {path}: {problem}\n",
    )


def test_a_folder_is_no_image(tmp_path: Path) -> None:
    """A folder gets one line of errors and the status 2."""
    assert run("schema", "lint", tmp_path) == (2, "", f"telemetry-events: {tmp_path}: Is a directory\n")


def test_an_image_without_comments(tmp_path: Path) -> None:
    """An image without its comments cannot be checked, and does not count as undocumented."""
    image = tmp_path / "image.binpb"
    buf = Path(sys.executable).with_name("buf")
    proto = Path(__file__).parents[2] / "proto"
    subprocess.run([buf, "build", proto, "--exclude-source-info", "-o", image], check=True)

    assert run("schema", "lint", image) == (
        2,
        "",
        f"telemetry-events: {image}: the image has no comments; build it without --exclude-source-info\n",
    )
    assert run("schema", "compat", image, image)[0] == 0


def test_version() -> None:
    """`--version` prints the name and the version of the package."""
    assert run("--version") == (0, f"telemetry-events {version('telemetry-events')}\n", "")


@pytest.mark.parametrize("arguments", [[], ["schema"], ["schema", "lint"], ["schema", "compat"]])
def test_help_fits_the_terminal(arguments: list[str]) -> None:
    """The help of each command fits into 80 columns of plain text."""
    status, output, errors = run(*arguments, "--help")

    assert (status, errors) == (0, "")
    assert output.startswith(" ".join(["Usage: telemetry-events", *arguments]))
    assert max(map(len, output.splitlines())) <= 80
    assert output.isascii()
    assert "\x1b" not in output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["schema", "lint"], "Missing argument 'IMAGE'."),
        (["schema", "compat", "a"], "Missing argument 'NEW'."),
        (["schema", "lnt"], "No such command 'lnt'. Did you mean 'lint'?"),
        (["--nothing"], "No such option: --nothing"),
    ],
)
def test_wrong_usage(arguments: list[str], error: str) -> None:
    """A call that makes no sense says so on standard error, and has the status 2."""
    status, output, errors = run(*arguments)

    assert (status, output) == (2, "")
    assert errors.endswith(f"Error: {error}\n")


@pytest.mark.parametrize("missing", ["typer", "google.protobuf.descriptor_pb2"])
def test_without_the_extra(missing: str) -> None:
    """Where what the command is made of is not installed, one line says how to install it."""
    with start(f"sys.modules[{missing!r}] = None; ", "--help") as process:
        output, errors = process.communicate()

    assert (process.returncode, output) == (2, "")
    assert errors == f"telemetry-events: {missing} is missing: pip install 'telemetry-events[cli]'\n"


def test_a_reader_may_leave(image: Write) -> None:
    """Output into a pipe that nobody reads any more leaves no traceback."""
    fields = "".join(f"float a{number}_ = {number};" for number in range(1, 2000))
    path = image(f'syntax = "proto3"; message TaskErrorEvent {{ {fields} }}')

    with start("", "schema", "lint", path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_the_command_itself(image: Write) -> None:
    """In a process of its own the command does what it does within this one."""
    path = image(GOOD)
    with start("", "schema", "lint", path) as process:
        output, errors = process.communicate()

    assert (process.returncode, output, errors) == run("schema", "lint", path)
