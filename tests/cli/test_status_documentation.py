"""The page about the commands says what `ship` and `status` print."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import invoke
from cli.records import OTHER_EMITTER
from cli.shipments import folder, ship
from cli.test_documentation import PAGE, blocks
from cli.test_status import ago, shipper
from faults.oracle import Oracle

# The process of the page's shipper, whose number is no other's.
PID = 4711


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The directory of the page's example of `status`."""
    folder(tmp_path, 1520, pid=812, at=ago(300))
    folder(tmp_path, 2, pid=4698, emitter=OTHER_EMITTER, at=ago(300))
    shipper(
        tmp_path,
        os.getpid(),
        state="holding: 403",
        delivered=120000,
        retried=1520,
        quarantined=2,
        bytes=31_400_000,
        lag=300,
        waiting=391_000,
    )
    held = tmp_path / "quarantine" / "400"
    held.mkdir(parents=True)
    (held / f"worker-812-20261123T100000Z-{OTHER_EMITTER}.jsonl").write_bytes(b"{}\n{}\n")
    (tmp_path / "notes.txt").touch()
    return tmp_path


def test_example_of_ship(tmp_path: Path) -> None:
    """The example of `ship` is what it prints, and `--json` prints what the page has."""
    with Oracle() as oracle:
        folder(tmp_path, 12)
        assert ship(oracle, tmp_path) == (0, blocks("console")[0], "")
        folder(tmp_path, 12)
        assert ship(oracle, "--json", tmp_path) == (0, blocks("json")[1], "")


def test_example_of_status(directory: Path) -> None:
    """The example of `status` is what it shows."""
    status, output, errors = invoke("status", directory)

    shown = re.sub(rf"^{os.getpid():<{max(7, len(str(PID)))}}", f"{PID:<7}", output, flags=re.MULTILINE)
    assert (status, errors) == (1, "")
    assert [line.rstrip() for line in shown.splitlines()] == blocks("console")[1].splitlines()


def members(value: Any, prefix: str = "") -> set[str]:
    """Return the names of the members of an object, and of those in its lists."""
    found: set[str] = set()
    for name, member in value.items():
        found.add(f"{prefix}{name}")
        inner = member[0] if isinstance(member, list) and member else member
        if isinstance(inner, dict) and name != "reasons":
            found |= members(inner, f"{prefix}{name}.")
    return found


def test_members_of_status(directory: Path) -> None:
    """The page has each member that `status --json` prints, and no other."""
    section = PAGE.partition("\n## status\n")[2].partition("`--json` prints one object")[2]
    listed = set()
    for names, rest in re.findall(r"^- (.*?):(.*(?:\n  .*)*)", section, re.MULTILINE):
        top = re.findall(r"`([a-z_]+)`", names)
        listed |= set(top)
        _, has_members, inner = rest.partition(" with the members ")
        if has_members:
            listed |= {f"{top[0]}.{name}" for name in re.findall(r"`([a-z_]+)`", inner)}

    assert listed == members(json.loads(invoke("status", "--json", directory)[1]))
