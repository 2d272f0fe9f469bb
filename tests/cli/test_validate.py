"""`telemetry-events validate` says what is wrong with a line, and where, and shows no value of it."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import Validate
from cli.faults import FAULTS
from cli.lines import COLUMN, LINE, VALID
from cli.records import BATCH, OTHER_EMITTER, record
from test_events import EVENTS, sample

from telemetry_events import RedactionKey, TelemetryEvent, canonical_json
from telemetry_events.schema.shipped import IMAGE
from telemetry_events.validation.fault import CHECKS

ROOT = Path(__file__).parents[2]
KEY = RedactionKey("k1", bytes(16))
CANARY = "DOE^JANE"

Problems = Callable[..., list[str]]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_is_valid(kind: type[TelemetryEvent], problems: Problems) -> None:
    """The record of every event of the schema, and the event alone, give no problem, also byte for byte."""
    event = sample(kind)
    lines = [
        record(event, 1, run_id="r"),
        record(event, 2),
        canonical_json(event),
        canonical_json(event, KEY),
    ]

    assert problems(*lines, options=("--canonical",)) == []


def test_valid_lines(validate: Validate, file: Callable[..., Path]) -> None:
    """Lines without a problem print nothing but how many they are, as an error; the status is 0."""
    lines = [line.replace(b'"seq":1', b'"seq":%d' % number) for number, line in enumerate(VALID, 1)]

    assert validate(file(*lines)) == (0, "", "8 records in 1 file: no problems\n")


@pytest.mark.parametrize(("line", "check", "message"), FAULTS.values(), ids=FAULTS)
def test_fault(line: bytes, check: str, message: str, problems: Problems) -> None:
    """Each fault is found by its check, once, and is told of with its line and nothing else."""
    before, after = (record("x", seq, emitter=OTHER_EMITTER) for seq in (1, 2))

    assert problems(before, line, after) == [f"2: {check}: {message}"]


def test_every_check_has_a_fault() -> None:
    """Every check finds a fault of the table, but for those that concern more than one line's content."""
    found = {check for _, check, _ in FAULTS.values()}

    assert found == CHECKS.keys() - {"torn-line", "duplicate", "gap", "not-canonical"}


def test_several_faults_of_one_line(problems: Problems) -> None:
    """All faults of a line are told of, those of its members in their order."""
    line = (
        LINE.replace(b'"pod-7"', b"7").replace(b":3,", b":null,").replace(b"protocol_name", b"protocolName")
    )

    assert [problem.split(": ")[1:] for problem in problems(line)] == [
        ["wrong-type", "`batch_progress.hostname` must be a string, and is an integer"],
        ["wrong-type", "`batch_progress.batch_number` must be an int32, and is null"],
        ["wrong-name-case", "`batch_progress.protocolName` is spelled `protocol_name`"],
    ]


def test_what_an_unknown_event_is_checked_for(problems: Problems) -> None:
    """The record of an event that the schema does not have is checked for what every record has."""
    line = LINE.replace(b"batch_progress", b"scan_end").replace(b'"service":"worker",', b"")

    assert [problem.split(": ")[1] for problem in problems(line)] == ["unknown-event", "missing-field"]


def test_white_space_is_fine(problems: Problems) -> None:
    """White space between JSON's tokens is no problem, unless canonical JSON is asked for."""
    line = (
        LINE.replace(b":", b" : ").replace(b"10 : 00 : 00", b"10:00:00").replace(b"env : prod", b"env:prod")
    )
    line = b" " + line.replace(b"version : ", b"version:").replace(b',"', b',\t"') + b"\r"

    assert problems(line) == []
    assert problems(line, options=("--canonical",)) == [
        "1: not-canonical: white space stands outside of strings"
    ]


def test_a_quote_before_a_colon_is_no_member(problems: Problems) -> None:
    """A string that looks like a member, or like one with white space, does not count as one."""
    assert problems(record('"seq":1 "seq" :2')) == []


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_no_value_is_shown(kind: type[TelemetryEvent], validate: Validate, file: Callable[..., Path]) -> None:
    """Whatever a line holds, in whichever member, and however wrong: none of its values is printed."""
    line = record(sample(kind), run_id="r")
    lines = [line.replace(b'"', b"'")]
    values = [CANARY, f"/data/{CANARY}.dcm", [CANARY], {CANARY: CANARY}, f'File "{CANARY}"\n{CANARY}']
    for name in re.findall(rb'"([a-z_]+)":', line):
        for value in values:
            json = (
                repr(value).replace("'", '"').encode().replace(b'File "', b"File ").replace(b'"\\n', b"\\n")
            )
            lines.append(re.sub(rb'"%b":("[^"]*"|[0-9.]+|\[\]|true)' % name, b'"%b":%b' % (name, json), line))
            lines.append(lines[-1][:-9])
        lines.append(line.replace(b'"%b"' % name, b'"%b %b"' % (name, CANARY.encode())))
    path = file(*lines)

    status, output, errors = validate(path, "--max-problems", "100000", "--canonical")

    assert status == 1
    assert len(output.splitlines()) >= len(lines) * 0.6
    assert CANARY not in output + errors
    assert "DOE" not in output + errors


def test_names_drive_no_terminal(problems: Problems) -> None:
    """A member's name that could drive a terminal is not shown, nor is one that is longer than any name."""
    strange = ["\x1b[31m", "\u202e", "", "a b", "a" * 65, "1"]
    line = LINE[:-1] + "".join(f',"{name}":1' for name in strange).replace("\x1b", "\\u001b").encode() + b"}"

    assert set(problems(line)) == {
        "1: unknown-field: `batch_progress.(a name that is not shown)` is no field"
    }


def test_counts(validate: Validate, file: Callable[..., Path]) -> None:
    """The problems are counted by check, most frequent first; the status is 1."""
    path = file(b"", COLUMN.replace(b"redacted", b"DOE"), b"[]")

    status, output, errors = validate(path)

    assert (status, len(output.splitlines())) == (1, 3)
    assert errors == "1 record in 1 file: 3 problems\n       2  not-json\n       1  unredacted\n"


@pytest.mark.parametrize(("limit", "left"), [(0, " (3 not shown)"), (2, " (1 not shown)"), (3, "")])
def test_max_problems(limit: int, left: str, validate: Validate, file: Callable[..., Path]) -> None:
    """Of many problems the first are printed, and all are counted."""
    status, output, errors = validate(file(b"", b"", b""), "--max-problems", str(limit))

    assert (status, len(output.splitlines())) == (1, limit)
    assert errors == f"0 records in 1 file: 3 problems{left}\n       3  not-json\n"


def test_a_users_own_schema(problems: Problems, kitchen_image: Path) -> None:
    """With the image of another schema its events are known, beside the package's own."""
    push = LINE.replace(b"batch_progress", b"http2_push").replace(b'"batch_number":3,', b"")
    push = push.replace(b'"protocol_name"', b'"stream"').replace(b'"seq":1', b'"seq":2')

    assert problems(LINE, push, options=("--schema", kitchen_image, "--canonical")) == []
    assert problems(LINE, push) == ["2: unknown-event: `event` is no event of the schema"]
    assert problems(push.replace(b"stream", b"text"), options=("--schema", kitchen_image)) == [
        "1: unknown-field: `http2_push.text` is no field",
        "1: missing-field: `http2_push.stream` is missing",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "the image is empty"),
        (b"\0" * 64, "not an image; make one with `buf build -o image.binpb`"),
        (b"\x0a\x00", "the image has no event, which is a message whose name ends in Event"),
    ],
    ids=["missing", "empty", "zeros", "no event"],
)
def test_what_is_no_image(content: bytes | None, problem: str, validate: Validate, tmp_path: Path) -> None:
    """An image that is none gets one line of errors, which names it, and the status 2."""
    path = tmp_path / "image"
    if content is not None:
        path.write_bytes(content)

    assert validate("--schema", path, "-") == (2, "", f"telemetry-events: {path}: {problem}\n")


def test_a_schema_that_breaks_a_rule(validate: Validate, tmp_path: Path, kitchen_image: Path) -> None:
    """A schema that breaks a rule is refused with the first rule that it breaks, and the status 2."""
    image = tmp_path / "image"
    image.write_bytes(kitchen_image.read_bytes().replace(b"\x0a\x06stream", b"\x0a\x06status"))

    status, output, errors = validate("--schema", image, "-")

    assert (status, output) == (2, "")
    assert errors.startswith(
        f"telemetry-events: {image}: the schema breaks a rule: telemetry_conformance/v1/"
    )
    assert ": field-name: `HTTP2PushEvent.status` " in errors
    assert len(errors.splitlines()) == 1


def test_the_shipped_image_is_that_of_the_schema(tmp_path: Path) -> None:
    """The image in the package is, byte for byte, what buf builds of the schema."""
    buf = Path(sys.executable).with_name("buf")
    image = tmp_path / "image.binpb"
    subprocess.run([buf, "build", "proto", "--exclude-source-info", "-o", image], cwd=ROOT, check=True)

    assert image.read_bytes() == IMAGE.read_bytes()


def test_help_fits_the_terminal(validate: Validate) -> None:
    """The help fits into 80 columns of plain text."""
    status, output, errors = validate("--help")

    assert (status, errors) == (0, "")
    assert output.startswith("Usage: telemetry-events validate")
    assert max(map(len, output.splitlines())) <= 80
    assert output.isascii()


def test_without_an_argument(validate: Validate) -> None:
    """A call without a file says so on standard error, and has the status 2."""
    status, output, errors = validate()

    assert (status, output) == (2, "")
    assert errors.endswith("Error: Missing argument 'FILE'.\n")


def test_bare_events(problems: Problems) -> None:
    """An object without a member of the envelope is an event alone, and has no other member."""
    assert problems(canonical_json(BATCH)) == []
    assert problems(canonical_json(BATCH)[:-1] + b',"task_id":"t"}') == [
        "1: unknown-field: `batch_progress.task_id` is no field"
    ]
