"""Tags say where a record comes from, and no value can add one."""

from pathlib import Path
from typing import Any

import page
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record.journals import members, reader, recording
from test_canonical_properties import characters, steady

from telemetry_events import telemetry_logger

values = st.text(characters | st.sampled_from("AZaz09:,. \t\nÄİßK\ud800"), min_size=1, max_size=9)
pairs = st.tuples(values, values).map(":".join)


def ddtags(directory: Path, **options: Any) -> str:
    """Return the tags of a record."""
    with recording(directory, **options):
        lines = reader(directory)
        lines()
        telemetry_logger.info("text")
        [line] = lines()
    found: str = members(line)["ddtags"]
    return found


@settings(steady, max_examples=40, suppress_health_check=list(HealthCheck))
@given(env=st.none() | values, version=st.none() | values, tags=st.lists(pairs, max_size=5))
def test_tags(env: str | None, version: str | None, tags: list[str], tmp_path: Path) -> None:
    """Environment, version and tags come in this order, in lower case, but what is not configured."""
    known = [f"env:{env}"] * (env is not None) + [f"version:{version}"] * (version is not None)

    assert ddtags(tmp_path, env=env, version=version, tags=tags) == page.tags(*known, *tags)
    assert ddtags(tmp_path, env=env, tags=tuple(tags)) == page.tags(*known[: env is not None], *tags)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        ({}, ""),
        ("team:ct,site:north", "team:ct,site:north"),
        ("team:ct site:north", "team:ct,site:north"),
        (" team:ct ,\tsite:north,\n", "team:ct,site:north"),
        ({"team": "ct", "site": "north,south"}, "team:ct,site:north_south"),
        (["team:a,env:prod"], "team:a_env:prod"),
        (["ÄÖ-ß", "\N{KELVIN SIGN}"], "__-_,_"),
        pytest.param(iter(["b", "a"]), "b,a", id="iterator"),
        (["x"] * 3, "x,x,x"),
    ],
    ids=repr,
)
def test_forms_of_tags(given: Any, expected: str, tmp_path: Path) -> None:
    """Tags are given as one text, as texts or as a mapping, and keep their order."""
    assert ddtags(tmp_path, tags=given) == expected


def test_tags_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags of the environment count where none are given, those of an argument replace them."""
    monkeypatch.setenv("DD_TAGS", "Team:CT,site:north region:eu")
    monkeypatch.setenv("DD_ENV", "prod")
    monkeypatch.setenv("DD_VERSION", "1.4.2")

    assert ddtags(tmp_path) == "env:prod,version:1.4.2,team:ct,site:north,region:eu"
    assert ddtags(tmp_path, tags=["a:b"], env="test") == "env:test,version:1.4.2,a:b"
    assert ddtags(tmp_path, tags=[]) == "env:prod,version:1.4.2"
