"""In containers, program and command share the journals, the command has its key, and nothing is lost."""

import re
from pathlib import PurePosixPath
from typing import Any, get_args

import pytest
from deploy.examples import COMPOSE, DOCKERFILE, JOURNALS, KUBERNETES, load
from deploy.test_unit import ENDS

from telemetry_events.settings import Ship

USER = 10001


def of_compose() -> dict[str, Any]:
    """Return Docker Compose's services."""
    services: dict[str, Any] = load(COMPOSE)["services"]
    return services


def of_kubernetes() -> tuple[Any, Any, Any]:
    """Return Kubernetes' pod, its program, and what stands beside that."""
    pod = load(KUBERNETES)["spec"]["template"]["spec"]
    (sidecar,), (program,) = pod["initContainers"], pod["containers"]
    return pod, program, sidecar


def environment(container: Any) -> dict[str, str]:
    """Return the variables of Kubernetes' container."""
    return {each["name"]: each["value"] for each in container["env"]}


def volume_of(container: Any, path: str) -> str:
    """Return the name of the volume that has a path of Kubernetes' container."""
    mounts = {PurePosixPath(each["mountPath"]): each for each in container["volumeMounts"]}
    (found,) = (mounts[parent] for parent in PurePosixPath(path).parents if parent in mounts)
    name: str = found["name"]
    return name


def test_the_image_has_the_command() -> None:
    """The image is made with what the command needs, and finds it."""
    text = DOCKERFILE.read_text("utf-8")

    (made,) = re.findall(r"^RUN python -m venv (\S+)", text, re.MULTILINE)
    assert f"{made}/bin/pip install" in text
    assert '"${wheel}[cli]"' in text
    assert f"\nCOPY --from=build {made} {made}\n" in text
    assert f"\nENV PATH={made}/bin:$PATH " in text


def test_the_image_gives_a_volume_its_owner() -> None:
    """A volume for the journals belongs to the image's user, whom a new one is closed to otherwise."""
    text = DOCKERFILE.read_text("utf-8")

    assert f"\nRUN install -d -o {USER} -g {USER} -m 0700 {JOURNALS}\nUSER {USER}:{USER}\n" in text
    assert f"\nVOLUME {JOURNALS}\n" in text
    assert re.findall(r"TELEMETRY_EVENTS_DIR=(\S+)", text) == [JOURNALS]


def test_all_end_in_order() -> None:
    """Each is told to end by SIGTERM, and has the time that this takes."""
    assert re.findall(r"^STOPSIGNAL (.*)$", DOCKERFILE.read_text("utf-8"), re.MULTILINE) == ["SIGTERM"]
    service = of_compose()["ship"]
    assert int(service["stop_grace_period"].removesuffix("s")) >= ENDS
    assert "stop_signal" not in service
    # The program ends within it as well, and before.
    assert of_kubernetes()[0]["terminationGracePeriodSeconds"] >= 2 * ENDS


def test_it_comes_back() -> None:
    """The command is started again whatever has ended it, and lets a pod's program start."""
    assert of_compose()["ship"]["restart"] == "always"
    assert of_kubernetes()[2]["restartPolicy"] == "Always"


def test_compose_shares_the_journals() -> None:
    """Compose's program records on the volume that the command delivers from."""
    services = of_compose()

    assert [each["volumes"] for each in services.values()] == [[f"journals:{JOURNALS}"]] * 2
    assert "journals" in load(COMPOSE)["volumes"]
    assert services["worker"]["environment"]["TELEMETRY_EVENTS_DIR"] == services["ship"]["command"][-1]
    assert services["ship"]["command"][-1] == JOURNALS


def test_kubernetes_shares_the_journals() -> None:
    """A pod's program records where its command delivers from, on one volume that outlives the pod."""
    pod, program, sidecar = of_kubernetes()
    place = sidecar["args"][-1]

    assert environment(program)["TELEMETRY_EVENTS_DIR"] == place
    assert volume_of(program, place) == volume_of(sidecar, place) == "journals"
    claims = [each["metadata"]["name"] for each in load(KUBERNETES)["spec"]["volumeClaimTemplates"]]
    assert claims == ["journals"]
    assert "journals" not in {each["name"] for each in pod["volumes"]}


def test_who_delivers() -> None:
    """The programs leave delivery to the command, which keeps what is not delivered."""
    ways = [
        of_compose()["worker"]["environment"]["TELEMETRY_EVENTS_SHIP"],
        environment(of_kubernetes()[1])["TELEMETRY_EVENTS_SHIP"],
    ]

    assert "none" in get_args(Ship)
    assert ways == ["none", "none"]


def test_compose_gives_the_key() -> None:
    """Compose's command reads its key where that is mounted."""
    found = load(COMPOSE)
    service = found["services"]["ship"]

    (name,) = service["secrets"]
    assert service["environment"]["DD_API_KEY_FILE"] == f"/run/secrets/{name}"
    assert name in found["secrets"]


def test_kubernetes_gives_the_key() -> None:
    """A pod's command reads its key where that is mounted, and as a user who may."""
    pod, _, sidecar = of_kubernetes()
    path = environment(sidecar)["DD_API_KEY_FILE"]

    volumes = {each["name"]: each for each in pod["volumes"]}
    (item,) = volumes[volume_of(sidecar, path)]["secret"]["items"]
    mounts = {each["name"]: each["mountPath"] for each in sidecar["volumeMounts"]}
    assert path == f"{mounts[volume_of(sidecar, path)]}/{item['path']}"
    # Volumes are root's, but for this group.
    assert pod["securityContext"]["fsGroup"] == USER


@pytest.mark.parametrize("is_whole", [False, True], ids=["program", "command"])
def test_no_container_has_more_rights_than_its_pod(is_whole: bool) -> None:
    """No container of a pod is another user than the pod says, and the command has no rights beside."""
    pod, program, sidecar = of_kubernetes()
    rights = (sidecar if is_whole else program).get("securityContext", {})

    assert not {"runAsUser", "runAsGroup", "runAsNonRoot", "privileged"} & rights.keys()
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsGroup"]) == (True, USER)
    if is_whole:
        assert rights == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_compose_has_no_rights_beside() -> None:
    """Compose's command has no capability, gains no privilege and writes to its volume alone."""
    service = of_compose()["ship"]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert "privileged" not in service
