"""Where journals are kept unless a command is told otherwise."""

import os
from pathlib import Path

import typer

__all__ = ["default_directory"]


def default_directory() -> Path:
    """Return where journals are kept unless something else is said, as the library has it."""
    given = os.environ.get("TELEMETRY_EVENTS_DIR", "").strip()
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    try:
        if given:
            return Path(given).expanduser()
        home = state if state.is_absolute() else Path.home() / ".local" / "state"
    except RuntimeError:
        raise typer.BadParameter(
            "no home directory is known; name one, or set TELEMETRY_EVENTS_DIR"
        ) from None
    return home / "telemetry-events"
