"""Writes the Python classes of a schema: the plugin `protoc-gen-telemetry-events` of `buf generate`."""

import sys

__all__ = ["main"]

_EXTRA = {"betterproto2_compiler", "google", "jinja2"}


def main() -> None:
    """Answer a compiler's request, or say how to install what that takes."""
    try:
        from telemetry_events.codegen.plugin import answer
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        missing = f"{error.name} is missing: pip install 'telemetry-events[codegen]'"
        sys.exit(f"protoc-gen-telemetry-events: {missing}")
    answer()
