"""The examples that run `telemetry-events ship` are accepted by what reads them, and deliver."""

import json
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import invoke
from cli.records import COMMAND, OTHER_EMITTER
from cli.shipments import PATIENCE, eventually, folder, running
from deploy.examples import COMPOSE, DEPLOY, DOCKERFILE, JOURNALS, KUBERNETES, ROOT, UNIT, load, settings
from faults.oracle import Oracle

FILES = [UNIT, DEPLOY / "README.md", *sorted((DEPLOY / "container").iterdir())]

# A command, and the variables that it is given.
Way = tuple[list[str], dict[str, str]]


def of_systemd() -> Way:
    """Return what systemd runs."""
    unit = settings(UNIT)
    _, *arguments = shlex.split(unit["ExecStart"][0])
    return arguments, dict(each.split("=", 1) for each in unit["Environment"])


def of_image() -> Way:
    """Return what the image runs if it is told nothing else."""
    text = DOCKERFILE.read_text("utf-8")
    (command,) = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    assert re.findall(r"^ENTRYPOINT (.*)$", text, re.MULTILINE) == ['["telemetry-events"]']
    return json.loads(command), dict(re.findall(r"(TELEMETRY_EVENTS_[A-Z]+)=(\S+)", text))


def of_compose() -> Way:
    """Return what Docker Compose runs."""
    service = load(COMPOSE)["services"]["ship"]
    return service["command"], service["environment"]


def of_kubernetes() -> Way:
    """Return what Kubernetes runs."""
    pod = load(KUBERNETES)["spec"]["template"]
    (sidecar,) = pod["spec"]["initContainers"]
    return sidecar["args"], {each["name"]: each["value"] for each in sidecar["env"]}


@pytest.mark.parametrize("way", [of_systemd, of_image, of_compose, of_kubernetes])
def test_it_delivers(way: Callable[[], Way], tmp_path: Path) -> None:
    """What is run delivers from its directory, with the key of its file, until it is told to end."""
    arguments, variables = way()
    (tmp_path / "key").write_text("the-key-of-the-file\n")
    text = json.dumps([arguments, variables]).replace(JOURNALS, str(tmp_path / "journals"))
    arguments, variables = json.loads(text)
    file = variables.setdefault("DD_API_KEY_FILE", str(tmp_path / "key"))
    place = Path(arguments[-1] if arguments[-1][0] != "-" else variables["TELEMETRY_EVENTS_DIR"])
    assert tmp_path in place.parents
    folder(place, 5)

    with Oracle() as oracle:
        variables |= {"DD_API_KEY": "", "DD_API_KEY_FILE": str(tmp_path / "key")}
        with running(COMMAND, *arguments, **variables, TELEMETRY_EVENTS_INTAKE=oracle.url) as process:
            eventually(lambda: len(oracle.accepted) == 5)
            # A folder that comes later is one to be found.
            folder(place, 5, emitter=OTHER_EMITTER)
            eventually(lambda: len(oracle.accepted) == 10)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)

        assert process.returncode == 0
        assert oracle.requests[0].headers["dd-api-key"] == "the-key-of-the-file"
    assert file.startswith(("%d/", "/"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    """Systemd knows every setting of the unit, and warns of nothing."""
    text = UNIT.read_text("utf-8").replace("/opt/telemetry-events/bin/telemetry-events", str(COMMAND))
    (tmp_path / UNIT.name).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / UNIT.name],
        capture_output=True,
        text=True,
        check=False,
    )

    # Of other units of the machine it may have to say something.
    problems = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.stem in line]
    assert problems == []
    assert done.returncode == 0


def test_the_unit_is_closed() -> None:
    """The unit may write to the journals alone, gains no privilege, and comes back whatever has ended it."""
    unit = settings(UNIT)

    assert unit["ReadWritePaths"] == [JOURNALS]
    assert (unit["ProtectSystem"], unit["NoNewPrivileges"], unit["Restart"]) == (
        ["strict"],
        ["yes"],
        ["always"],
    )
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["User"] != ["root"]
    assert unit["LoadCredential"][0].split(":")[0] == of_systemd()[1]["DD_API_KEY_FILE"].removeprefix("%d/")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_variables_are_known(file: Path) -> None:
    """Each variable that an example names is one that the library reads."""
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))

    named = set(re.findall(r"\b(?:DD|TELEMETRY_EVENTS)_[A-Z_]+\b", file.read_text("utf-8")))

    assert named
    assert not [name for name in named if f'"{name}"' not in sources]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_options_are_known(file: Path) -> None:
    """Each option of the command that an example names is one that it has."""
    lines: list[Any] = re.findall(r"\b(ship|status)\b([^\n`]*)", file.read_text("utf-8"))

    for command, rest in lines:
        for option in re.findall(r"(?<![\w-])--[a-z-]+", rest):
            assert option in invoke(command, "--help")[1].split(), f"{command} {option}"


def test_nobody_runs_as_root() -> None:
    """The image, the sidecar and the service are of one user, who is not root, as the programs are."""
    compose = load(COMPOSE)["services"]
    pod = load(KUBERNETES)["spec"]["template"]["spec"]

    assert re.findall(r"^USER (.*)$", DOCKERFILE.read_text("utf-8"), re.MULTILINE) == ["10001:10001"]
    assert {each["user"] for each in compose.values()} == {"10001:10001"}
    assert pod["securityContext"]["runAsUser"] == 10001
    assert {each["name"] for each in pod["volumes"]} | {"journals"} >= {
        mount["name"]
        for each in (*pod["containers"], *pod["initContainers"])
        for mount in each["volumeMounts"]
    }
