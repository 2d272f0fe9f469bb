"""The command `telemetry-events`."""

import sys

__all__ = ["main"]

_EXTRA = {"typer", "rich", "google"}


def main() -> None:
    """Run the command, or say how to install what it is made of."""
    try:
        from telemetry_events.cli.app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write(f"telemetry-events: {error.name} is missing: pip install 'telemetry-events[cli]'\n")
        sys.exit(2)
    app(prog_name="telemetry-events")
