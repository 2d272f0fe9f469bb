"""On a terminal `ship` has a bar while it delivers a backlog, and no line is garbled."""

import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest
from cli.records import COMMAND, record, segment
from cli.shipments import ENVIRONMENT, folder, now
from cli.test_terminal import on_a_terminal
from faults.oracle import Oracle, Response, accept, answer

COUNT = 40_000


def rows(shown: str) -> list[str]:
    """Return all that was ever shown in a row, without colours and moves of the cursor."""
    return [row for row in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)) if row.strip()]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_bar(columns: int, tmp_path: Path) -> None:
    """The bar shows bytes, records a second and the time left, within the terminal's width, and goes."""
    line = record("m", 1, at=now())
    segment(
        tmp_path / "emitter", 1, *(line.replace(b'"seq":1,', b'"seq":%d,' % n) for n in range(1, COUNT + 1))
    )

    def take_time(_: list[bytes]) -> Response:
        sleep(0.03)  # a batch, so that there is something to be seen
        return accept

    with Oracle() as oracle:
        oracle.judge = take_time
        options = ("--intake", oracle.url, tmp_path)
        shown = on_a_terminal("ship", *options, columns=columns, **ENVIRONMENT)
        assert len(oracle.accepted) == COUNT

    *bars, last = rows(shown)
    assert last.startswith(f"delivered {COUNT:,} records, ")
    assert max(map(len, bars)) <= columns
    assert any("/s" in bar for bar in bars)
    if columns >= 80:
        assert any(re.search(r"[0-9.]+/[0-9.]+ MB +[0-9k.]+/s +0:00:[0-9]{2}$", bar) for bar in bars)
    assert shown.endswith("\n")
    assert "\x1b[2K" in shown.rpartition("delivered")[0][-40:]  # the bar is gone


def test_reason_in_the_bar(tmp_path: Path) -> None:
    """While nothing is delivered the bar says why, and at the end a line of its own does."""
    folder(tmp_path, 20)
    with Oracle(usually=answer(503)) as oracle:
        options = ("--intake", oracle.url, "--patience", "2", tmp_path)
        shown = rows(on_a_terminal("ship", *options, **ENVIRONMENT))

    assert any(row.strip().startswith("waiting: 503 ") for row in shown[:-1])
    assert re.fullmatch(r"telemetry-events: 20 records left, [0-9.]+ kB: waiting: 503", shown[-1])


def test_nothing_to_show(tmp_path: Path) -> None:
    """Where nothing waits there is no bar."""
    with Oracle() as oracle:
        assert (
            on_a_terminal("ship", "--intake", oracle.url, tmp_path, **ENVIRONMENT) == "nothing to deliver\n"
        )


def test_what_is_said_beside_the_bar(tmp_path: Path) -> None:
    """What is said while the bar stands has a line of its own above it."""
    folder(tmp_path, 20)
    ours, theirs = pty.openpty()
    shown = b""
    with (
        Oracle(usually=answer(401)) as oracle,
        subprocess.Popen(
            [COMMAND, "ship", "--follow", "--intake", oracle.url, tmp_path],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm", "COLUMNS": "80"} | ENVIRONMENT,
        ) as process,
    ):
        os.close(theirs)
        with suppress(OSError):  # EIO: the other side was closed
            while block := os.read(ours, 65536):
                shown += block
                if b"not delivered: 401" in shown:
                    process.terminate()
        os.close(ours)

    found = [row.strip() for row in rows(shown.decode())]
    assert "telemetry-events: records are kept, and not delivered: 401" in found
    assert any(re.match("holding: 401 +.*/s", row) for row in found)
    assert re.fullmatch(r"telemetry-events: 20 records left, [0-9.]+ kB: holding: 401", found[-1])
