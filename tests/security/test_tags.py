"""No value can add a tag, or a member, or a line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as texts
from record.journals import recording

from telemetry_events import BatchProgressEvent, TelemetryError, telemetry_context, telemetry_logger
from telemetry_events.settings import resolve

HOSTILE = 'x,env:prod","status":"info\n{"a":1}\x1b[2J\u2028'


@given(texts.lists(texts.tuples(texts.text(max_size=60), texts.text(max_size=60)), max_size=5))
def test_each_tag_is_one_tag(tags: list[tuple[str, str]]) -> None:
    """However many tags are given, so many there are: of no value is made another."""
    given = [f"t{number}{name}:{value}" for number, (name, value) in enumerate(tags)]
    ddtags = resolve(service="tests", env="e", version="v,env:prod", tags=given).source.ddtags

    found = ddtags.split(",")
    assert found[:2] == ["env:e", "version:v_env:prod"]
    assert len(found) == 2 + len(given)


@pytest.mark.parametrize("argument", ["env", "version", "tags"])
def test_what_tags_hold(argument: str, tmp_path: Path) -> None:
    """A hostile value is one tag of harmless characters, in a record of one line."""
    value = [f"team:{HOSTILE}"] if argument == "tags" else HOSTILE
    with recording(tmp_path, **{argument: value}) as journal:
        telemetry_logger.info(BatchProgressEvent("p", 1))
        [line] = journal.lines()

    members = json.loads(line)
    assert members["ddtags"].count(",") == 0
    assert members["ddtags"].partition(":")[2] == "x_env:prod___status_:_info___a_:1___2j_"
    assert members["status"] == "info"


@pytest.mark.parametrize("argument", ["service", "hostname", "ddsource"])
def test_names_that_are_no_names(argument: str, tmp_path: Path) -> None:
    """A service, a host or a source with such characters is refused."""
    with pytest.raises(TelemetryError, match=rf"^{argument}: "), recording(tmp_path, **{argument: HOSTILE}):
        pass


def test_values_of_events_and_contexts(tmp_path: Path) -> None:
    """A hostile value of an event, a context or a text stands in its own member, in one line."""
    with recording(tmp_path) as journal, telemetry_context(task_id=HOSTILE, username=HOSTILE):
        telemetry_logger.info(BatchProgressEvent(HOSTILE, 1))
        telemetry_logger.info(HOSTILE)
        event, text = journal.lines()

    assert json.loads(event)["protocol_name"] == json.loads(event)["task_id"] == HOSTILE
    assert json.loads(text)["message"] == HOSTILE
    for line in (event, text):
        assert line.count(b"\n") == 1
        assert json.loads(line)["ddtags"] == ""
