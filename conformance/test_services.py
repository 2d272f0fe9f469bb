"""The same service in every language: one stream of records, which differ in nothing but who emitted them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import oracle
import pytest
from runner.languages import LANGUAGES, Language, chosen

TASK = "9d1c7f4e"
EVENTS = ["task_accepted", "batch_progress", "missing_column", "trial_filter_summary", "task_error"]
KEY = "site1:a secret of 16 bytes or more"
# What differs from one emitter to another.
OF_THE_EMITTER = ("ddsource", "emitter", "service", "timestamp")


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """One directory, in which the service of each language has done one task."""
    directory = tmp_path_factory.mktemp("polyglot")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DD_")}
    environment |= {"TELEMETRY_EVENTS_DIR": str(directory), "TELEMETRY_EVENTS_KEY": KEY}
    environment |= {"TELEMETRY_EVENTS_SHIP": "none"}
    for language in {LANGUAGES["python"], *chosen(pytestconfig.getoption("--languages"))}:
        command = [*language.service, TASK]
        done = subprocess.run(
            command, cwd=oracle.ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), language.name
    return directory


def lines(journal: Path, language: str) -> list[bytes]:
    """Return what the service of a language has written."""
    return [
        line
        for segment in sorted(journal.glob(f"polyglot-{language}-*/*.jsonl"))
        for line in segment.read_bytes().splitlines(keepends=True)
    ]


def without_emitter(line: bytes) -> bytes:
    """Return a line with what differs from one emitter to another left out, and all else as it is."""
    for name in OF_THE_EMITTER:
        value = json.dumps(json.loads(line)[name], ensure_ascii=False)
        member = f'"{name}":{value},'.encode()
        assert line.count(member) == 1
        line = line.replace(member, b"")
    return line


def test_the_same_records(language: Language, journal: Path) -> None:
    """What a language has written is what Python has written, to the byte, but for the emitter's members."""
    written = lines(journal, language.name)

    assert [json.loads(line)["message"] for line in written] == EVENTS
    assert [without_emitter(line) for line in written] == [
        without_emitter(line) for line in lines(journal, "python")
    ]


def test_the_members_of_the_emitter(language: Language, journal: Path) -> None:
    """Each language names its service, draws an emitter of its own, and counts from 1."""
    [folder] = journal.glob(f"polyglot-{language.name}-*")
    records: list[dict[str, Any]] = [json.loads(line) for line in lines(journal, language.name)]

    assert {(each["service"], each["ddsource"]) for each in records} == {(f"polyglot-{language.name}",) * 2}
    assert {each["emitter"] for each in records} == {folder.name.rpartition("-")[2]}
    assert [each["seq"] for each in records] == list(range(1, len(EVENTS) + 1))


def test_they_are_valid(journal: Path) -> None:
    """`telemetry-events validate` finds nothing wrong with what all of them have written."""
    assert command_line("validate", str(journal))[0] == 0


def test_they_are_one_stream(journal: Path, pytestconfig: pytest.Config) -> None:
    """`telemetry-events tail` shows the records of all of them."""
    status, output = command_line("tail", "--no-follow", "--json", str(journal))
    services = {json.loads(line)["service"] for line in output.splitlines()}

    assert status == 0
    assert services == {f"polyglot-{each.name}" for each in chosen(pytestconfig.getoption("--languages"))} | {
        "polyglot-python"
    }
    assert len(output.splitlines()) == len(services) * len(EVENTS)


def command_line(*arguments: str) -> tuple[int, str]:
    """Run the command line, and return its status and what it prints."""
    command = [str(Path(sys.executable).with_name("telemetry-events")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_they_are_to_be_delivered(language: Language, journal: Path) -> None:
    """Each language marks its folder where the environment says that another process delivers."""
    [mark] = journal.glob(f"polyglot-{language.name}-*/to-deliver")

    assert (mark.stat().st_size, mark.stat().st_mode & 0o777) == (0, 0o600)
