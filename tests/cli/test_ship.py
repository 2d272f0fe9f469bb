"""`telemetry-events ship` delivers the backlog that is there, and says what is left of it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from cli.conftest import invoke
from cli.records import EMITTER, OTHER_EMITTER, segment
from cli.shipments import (
    KEY,
    as_nobody,
    claimer,
    folder,
    give_away,
    live_emitter,
    open_path,
    ship,
    shipped,
    shipping,
    two_folders,
)
from faults.oracle import Oracle, Response, accept, answer

__all__ = ["open_path"]


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    """An intake on loopback."""
    with Oracle() as oracle:
        yield oracle
        assert not oracle.faults


def test_backlog_is_delivered(oracle: Oracle, tmp_path: Path) -> None:
    """All records of all emitters arrive, once, and their folders go."""
    two_folders(tmp_path)

    status, output, errors = ship(oracle, tmp_path)

    assert (status, errors) == (0, "")
    assert output.startswith("delivered 60 records, ")
    assert oracle.accepted.keys() == {(who, n) for who in (EMITTER, OTHER_EMITTER) for n in range(1, 31)}
    assert oracle.duplicates == 0
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_live_emitters_too(oracle: Oracle, tmp_path: Path) -> None:
    """What an emitter that lives has written is delivered, and its folder stays."""
    with live_emitter(tmp_path, 7):
        assert ship(oracle, tmp_path)[0] == 0
        assert len(oracle.accepted) == 7
        assert len(list(tmp_path.glob("live-*/lock"))) == 1
        assert ship(oracle, tmp_path)[:2] == (0, "nothing to deliver\n")


def test_it_ends_before_an_emitter_does(oracle: Oracle, tmp_path: Path) -> None:
    """An emitter that writes faster than an intake accepts does not keep the command from ending."""

    def take_time(_: list[bytes]) -> Response:
        sleep(0.1)  # in which it writes more than a request has room for
        return accept if len(oracle.requests) < 300 else answer(403)

    oracle.judge = take_time
    with live_emitter(tmp_path, 2000, "on"):
        assert ship(oracle, tmp_path)[0] == 0
        assert len(oracle.accepted) >= 2000
        assert 403 not in oracle.statuses  # it has ended by itself


def test_nothing_to_deliver(oracle: Oracle, tmp_path: Path) -> None:
    """An empty directory is no error."""
    assert ship(oracle, tmp_path) == (0, "nothing to deliver\n", "")
    assert not oracle.requests


@pytest.mark.parametrize("variable", ["TELEMETRY_EVENTS_DIR", "XDG_STATE_HOME"])
def test_directory_of_the_environment(variable: str, oracle: Oracle, tmp_path: Path) -> None:
    """Without a directory it is where the library keeps journals."""
    place = tmp_path if variable == "TELEMETRY_EVENTS_DIR" else tmp_path / "telemetry-events"
    folder(place, 4)

    assert ship(oracle, **{variable: str(tmp_path)})[0] == 0
    assert len(oracle.accepted) == 4


def test_what_is_held_stays(tmp_path: Path) -> None:
    """Where the key is refused nothing is deleted, and one line says how much is left and why."""
    path = folder(tmp_path, 10)
    size = sum(each.stat().st_size for each in path.glob("*.jsonl"))
    with Oracle(usually=answer(403)) as oracle:
        status, output, errors = ship(oracle, tmp_path)

        assert len(oracle.requests) == 1
    assert (status, output) == (1, "")
    assert errors == f"telemetry-events: 10 records left, {size / 1000:.2f} kB: holding: 403\n"
    assert size == sum(each.stat().st_size for each in path.glob("*.jsonl"))


def test_it_tries_again(oracle: Oracle, tmp_path: Path) -> None:
    """An intake that is not well for a moment gets all the same."""
    folder(tmp_path, 10)
    oracle.script.extend([answer(503), answer(429)])

    found = shipped(oracle, tmp_path)

    assert (found["delivered"], found["retried"], found["requests"]) == (10, 20, 3)


def test_patience(tmp_path: Path) -> None:
    """It gives up when so long nothing was accepted."""
    folder(tmp_path, 10)
    with Oracle(usually=answer(503)) as oracle:
        status, _, errors = ship(oracle, "--patience", "0", tmp_path)

        assert status == 1
        assert errors.endswith("waiting: 503\n")
        assert len(oracle.requests) == 1


def test_a_part_is_left(oracle: Oracle, tmp_path: Path) -> None:
    """Of a backlog that was delivered in part, what is left is counted behind the cursor."""
    folder(tmp_path, 2400)
    oracle.script.extend([accept, accept, answer(401)])

    found = shipped(oracle, tmp_path)

    assert (found["delivered"], found["left"], found["why"]) == (2000, 400, "holding: 401")
    assert shipped(oracle, tmp_path)["delivered"] == 400
    assert oracle.duplicates == 0


def test_refused_records(oracle: Oracle, tmp_path: Path) -> None:
    """A single record that is refused is set aside and told of; the others are delivered."""
    folder(tmp_path, 40)
    oracle.judge = lambda lines: answer(400) if any(b'"seq":17,' in line for line in lines) else accept

    status, output, errors = ship(oracle, tmp_path)

    assert status == 1
    assert output.startswith("delivered 39 records, ")
    assert errors == f"telemetry-events: 1 record refused, and now in {tmp_path.resolve()}/quarantine\n"
    assert len(list(tmp_path.glob("quarantine/400/*"))) == 1


def test_what_another_process_delivers(oracle: Oracle, tmp_path: Path) -> None:
    """A folder that another process delivers is left to it, and said to be."""
    two_folders(tmp_path)
    with claimer(next(tmp_path.glob(f"*{EMITTER}"))):
        status, output, errors = ship(oracle, tmp_path)

    assert (status, output[:20]) == (1, "delivered 30 records")
    assert errors.startswith("telemetry-events: 30 records left, ")
    assert errors.endswith(": another process delivers them\n")
    assert ship(oracle, tmp_path)[0] == 0


def test_json(oracle: Oracle, tmp_path: Path) -> None:
    """`--json` prints one object, and says what is left."""
    folder(tmp_path, 10)
    size = sum(each.stat().st_size for each in tmp_path.glob("*/*.jsonl"))

    assert shipped(oracle, tmp_path) == {
        "delivered": 10,
        "bytes": size + 1,
        "requests": 1,
        "retried": 0,
        "quarantined": 0,
        "left": 0,
        "left_bytes": 0,
        "why": "",
    }


def test_foreign_files_stay(oracle: Oracle, tmp_path: Path) -> None:
    """What is no journal's is neither sent nor touched."""
    folder(tmp_path, 4)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "old.jsonl").write_text('{"a":1}\n')
    (tmp_path / "link").symlink_to(tmp_path / "backup")

    assert ship(oracle, tmp_path)[0] == 0

    assert len(oracle.accepted) == 4
    assert {path.name for path in tmp_path.iterdir()} >= {"notes.txt", "backup", "link"}
    assert (tmp_path / "backup" / "old.jsonl").read_text() == '{"a":1}\n'


def misplaced(tmp_path: Path) -> Path:
    """Return a directory whose journals lie a level further down."""
    folder(tmp_path / "pod-7", 2)
    return tmp_path


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: path / "nope", ": No such file or directory"),
        (lambda path: segment(path, 1), ": Not a directory"),
        (lambda path: folder(path, 2), "is an emitter's folder; name the directory that it lies in"),
        (misplaced, "pod-7 has; name that"),
    ],
)
def test_directory_that_is_none(make: object, problem: str, oracle: Oracle, tmp_path: Path) -> None:
    """A directory that nothing can be delivered from is told of, in one line."""
    assert callable(make)
    status, output, errors = ship(oracle, make(tmp_path))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert problem in errors
    assert not oracle.requests


@pytest.mark.parametrize(
    ("options", "environment", "problem"),
    [
        ([], {}, "there is no API key: set DD_API_KEY, or name a file with --api-key-file"),
        (["--api-key-file", "/nope"], {}, "api_key_file: /nope: No such file or directory"),
        ([], {"DD_API_KEY": f"{KEY}\x07"}, "api_key: empty, or with characters that no key has"),
        (["--site", "not a site"], {"DD_API_KEY": KEY}, "site: 'not a site' is not a name such as"),
        (["--intake", "http://192.0.2.1"], {"DD_API_KEY": KEY}, "needs https://"),
        (["--intake", "https://key@host"], {"DD_API_KEY": KEY}, "a URL has no user"),
        (["--ca-file", "/nope"], {"DD_API_KEY": KEY}, "ca_file: /nope: No such file or directory"),
        (["--site", "a.b", "--intake", "https://c.d"], {"DD_API_KEY": KEY}, "give one of the two"),
        (["--compression", "zip"], {"DD_API_KEY": KEY}, "'zip' is not one of 'gzip', 'zstd', 'none'"),
        (["--patience", "-1"], {"DD_API_KEY": KEY}, "greater than or equal to 0"),
        (["--api-key", KEY], {}, "No such option: --api-key"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input(options: list[str], environment: dict[str, str], problem: str, tmp_path: Path) -> None:
    """Options that make no sense are an error, which shows no key."""
    folder(tmp_path, 2)
    clean = {name: "" for name in os.environ if name.startswith(("DD_", "TELEMETRY_EVENTS_"))}

    status, output, errors = invoke("ship", *options, tmp_path, **({**clean, "DD_API_KEY": ""} | environment))

    assert (status, output) == (2, "")
    assert problem in " ".join(errors.split())
    assert KEY not in errors


def test_key_of_a_file(oracle: Oracle, tmp_path: Path) -> None:
    """The key may come from a file, with the line feed of a mounted secret."""
    folder(tmp_path / "journals", 2)
    (tmp_path / "key").write_text("another-key\n")

    status, output, errors = ship(oracle, "--api-key-file", tmp_path / "key", tmp_path / "journals")

    assert (status, errors) == (0, "")
    assert oracle.requests[0].headers["dd-api-key"] == "another-key"
    assert "another-key" not in output


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_without_permission(mode: int, oracle: Oracle, open_path: Path) -> None:
    """A directory that may not be written to, or not be read, is told of before anything is sent."""
    folder(open_path, 2)
    give_away(open_path)
    open_path.chmod(mode)

    problem = "cannot be written to" if mode else "Permission denied"
    assert as_nobody("ship", "--intake", oracle.url, open_path) == (
        2,
        "",
        f"telemetry-events: {open_path}: {problem}\n",
    )
    assert not oracle.requests


def test_a_folder_without_permission(oracle: Oracle, open_path: Path) -> None:
    """A folder that cannot be read is told of; the others are delivered, and the status is not 0."""
    two_folders(open_path)
    give_away(open_path)
    path = next(open_path.glob(f"*{OTHER_EMITTER}"))
    path.chmod(0)

    status, output, errors = as_nobody("ship", "--json", "--intake", oracle.url, open_path)

    assert (status, json.loads(output)["why"]) == (1, "not all could be read")
    assert f"telemetry-events: {path}: Permission denied\n" in errors
    assert len(oracle.accepted) == 30


def test_no_bar_in_a_pipe(oracle: Oracle, tmp_path: Path) -> None:
    """In a pipe nothing is printed but the line at the end."""
    two_folders(tmp_path, 3000)

    with shipping(oracle, tmp_path) as process:
        output, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (0, "")
    assert output.startswith("delivered 6,000 records, ")
    assert output.count("\n") == 1
