"""The key of the intake stands in one header of a request, and nowhere else."""

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.journals import record
from faults.oracle import Oracle, accept, answer
from security.telling import told

from telemetry_events import DatadogLogsHandler, TelemetryError, setup_telemetry
from telemetry_events.delivery import ApiKey, Intake

KEY = "hush0hush1hush2hush3hush4hush5hu"
# What stands at an end is white space, which is stripped; within a key it is none of a key's characters.
WRONG = [
    f"{KEY}\0",
    f"hush\n{KEY}",
    f"hush\r\nX: {KEY}",
    f"\x1b[2J{KEY}",
    f"{KEY}é",
    f"hush {KEY}",
    KEY * 9,
    f"\udcff{KEY}",
]

WAYS: dict[str, Callable[[bytes, Path, pytest.MonkeyPatch], dict[str, str | Path]]] = {
    "argument": lambda key, _file, _patch: {"api_key": key.decode("utf-8", "surrogateescape")},
    "environment": lambda key, _file, patch: patch.setenv("DD_API_KEY", os.fsdecode(key)) or {},
    "file": lambda key, file, _patch: {"api_key_file": file} if file.write_bytes(key) else {},
}


@pytest.mark.parametrize(
    ("wrong", "way"),
    [(wrong, way) for wrong in WRONG for way in WAYS if way != "environment" or "\0" not in wrong],
    ids=ascii,
)
def test_a_wrong_key_is_refused_without_telling_it(
    wrong: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error about a key that no header can hold tells nothing of it, nor do the errors behind it."""
    options = WAYS[way](os.fsencode(wrong), tmp_path / "file", monkeypatch)

    with pytest.raises(TelemetryError, match=r"^api_key") as refused:
        setup_telemetry(directory=tmp_path / "journals", **options)  # type: ignore[arg-type]

    assert "hush" not in told(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("wrong", [KEY.encode(), 5, [KEY], {KEY: KEY}, True])
def test_what_is_no_text(wrong: object) -> None:
    """A key that is no text is refused without telling it."""
    with pytest.raises(TelemetryError) as refused:
        ApiKey.find(wrong)  # type: ignore[arg-type]
    assert "hush" not in told(refused.value)


def test_no_object_tells_it(tmp_path: Path) -> None:
    """Neither a key, nor what has one, shows it; it can be neither pickled nor copied."""
    handler = DatadogLogsHandler(
        directory=tmp_path, service="tests", api_key=KEY, intake="http://127.0.0.1:9"
    )
    assert handler.intake is not None
    assert handler._shipping is not None
    shipper = handler._shipping.shipper
    assert "hush" not in f"{ApiKey.find(KEY)!r} {ApiKey.find(KEY)}"
    for each in (handler.intake, shipper, handler._shipping, handler, handler.settings):
        assert "hush" not in f"{each!r} {each} {[each]} {vars(each)!r}"
    for each in (ApiKey.find(KEY), handler.intake):
        for write in (pickle.dumps, copy.copy if isinstance(each, ApiKey) else pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError) as refused:
                write(each)
            assert "hush" not in told(refused.value)
    assert "hush" not in f"{shipper.intake.endpoint} {shipper.counted()}"
    handler.close()


# Delivers while everything is watched that Python lets a program watch, and shows what it is told.
PROGRAM = """
import http.client, logging, os, sys, warnings
from pathlib import Path
http.client.HTTPConnection.debuglevel = 9
logging.basicConfig(level=1, stream=sys.stdout, force=True)
logging.captureWarnings(True)
from telemetry_events import BatchProgressEvent, DatadogLogsHandler, flush_telemetry, telemetry_logger
from telemetry_events.delivery import Pace
pace = Pace(linger=0.01, first=0.01, longest=0.02, hold=0.02)
telemetry_logger.addHandler(DatadogLogsHandler(service="watched", directory=sys.argv[1], pace=pace))
telemetry_logger.info(BatchProgressEvent("p", 1))
print("flushed", flush_telemetry(20))
print(telemetry_logger.handlers, vars(telemetry_logger.handlers[-1]))
print(Path("/proc/self/cmdline").read_bytes())
"""


def test_a_program_that_watches_everything(oracle: Oracle, tmp_path: Path) -> None:
    """With `http.client` debugged, and with refusals, the key is in one header of each request alone."""
    oracle.script += [answer(401), answer(403), answer(500), answer(302, f"Location: {oracle.url}/{KEY}")]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, tmp_path / "journals"],
        env=os.environ | {"DD_API_KEY": f"{KEY}\n", "TELEMETRY_EVENTS_INTAKE": oracle.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "flushed True" in done.stdout, done.stderr
    assert "hush" not in done.stdout + done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.startswith("shipper-") for path in files)
    assert not [path for path in files if b"hush" in bytes(path) + path.read_bytes()]
    assert len(oracle.requests) == 5
    for request in oracle.requests:
        assert request.headers["dd-api-key"] == KEY
        assert (request.head + request.body + request.json).count(b"hush") == KEY.count("hush")
        assert request.head.startswith(b"POST /api/v2/logs HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "url",
    [
        f"https://{KEY}@intake.example",
        f"https://user:{KEY}@intake.example",
        f"https://intake.example/v1/input?dd-api-key={KEY}",
        f"https://intake.example/#{KEY}",
    ],
)
def test_a_url_has_no_place_for_it(url: str) -> None:
    """A URL with a user, a query or a fragment, where people put keys, is refused, and not shown."""
    with pytest.raises(TelemetryError, match=r"^intake: ") as refused:
        Intake.find(url=url, api_key=KEY)
    assert "hush" not in told(refused.value)


def test_an_exchanged_key_leaves_the_old_one_nowhere(oracle: Oracle, tmp_path: Path) -> None:
    """A key that is refused is read anew, and the old one is not sent again, nor kept."""
    file = tmp_path / "key"
    file.write_text("old-hush\n")
    intake = Intake.find(url=oracle.url, api_key_file=file)
    body = b"[" + record(1) + b"]"
    oracle.script += [answer(403), accept]
    assert intake.post([body], 10).reason == "403"
    file.write_text("new-hush\n")
    intake.post([body], 10)
    oracle.script += [answer(403)]
    intake.post([body], 10)
    intake.post([body], 10)

    sent = [request.headers["dd-api-key"] for request in oracle.requests]
    assert sent[0] == "old-hush"
    assert sent[-1] == "new-hush"
    intake.close()
