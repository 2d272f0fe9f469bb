"""The examples of `deploy/`, read as what reads them does."""

import re
from pathlib import Path
from typing import Any

import yaml

__all__ = [
    "COLLECTOR",
    "COMPOSE",
    "DEPLOY",
    "DOCKERFILE",
    "JOURNALS",
    "KUBERNETES",
    "ROOT",
    "UNIT",
    "load",
    "settings",
]

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "telemetry-events-ship.service"
DOCKERFILE = DEPLOY / "container" / "Dockerfile"
COMPOSE = DEPLOY / "container" / "compose.yaml"
KUBERNETES = DEPLOY / "container" / "kubernetes.yaml"
COLLECTOR = DEPLOY / "otel-collector.yaml"
# Where the examples keep journals, and the key.
JOURNALS = "/var/lib/telemetry-events"


def settings(unit: Path) -> dict[str, list[str]]:
    """Return the settings of a unit, each of which may be there several times."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def load(file: Path) -> Any:
    """Return what a file of YAML holds."""
    return yaml.safe_load(file.read_text("utf-8"))
