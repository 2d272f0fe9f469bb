"""An exception as its class and its frames, and nothing that it says: docs/record.md, section 6."""

import sys
from collections import deque
from pathlib import PurePath
from types import CodeType, TracebackType

from telemetry_events.redaction import FRAME_LIMIT
from telemetry_events.redaction import stack_frames as _redacted

__all__ = ["exception_kind", "stack_frames"]

_UNKNOWN = "<unknown>"
# Our decorators stand between a program's frames, and are none of them.
_WATCHING = "telemetry_events.instrument.observing"


def exception_kind(exception: BaseException) -> str:
    """Return the name of an exception's class, such as `ValueError` or `package.module.SomeError`.

    A class that is not to be found under its name counts as its nearest base that is: a class made at
    run time may be named for anything, a patient included.
    """
    try:
        names = [name for kind in type(exception).__mro__ if (name := _importable_name(kind))]
    except Exception:  # a class can be made so that it cannot even be named
        names = []
    # While the interpreter ends, nothing is to be found any more.
    return names[0] if names else "Exception"


def stack_frames(exception: BaseException) -> str:
    """Return an exception's frames, the outermost first, one `File "…", line N, in name` a line.

    Only the deepest 30 are kept, and of a path its last two segments. Message, arguments, notes, locals and
    source text are never part of it, and code that was not loaded from a module's file shows as `<unknown>`:
    its name and its file's name may hold anything. The same goes for causes and the members of a group, which
    are left out.
    """
    frames = deque(_frames(exception.__traceback__), FRAME_LIMIT)
    return _redacted("\n".join(frames))


def _frames(traceback: TracebackType | None) -> "deque[str]":
    frames: deque[str] = deque(maxlen=FRAME_LIMIT)
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_globals.get("__name__")
        if module != _WATCHING:
            file, name = _place(frame.f_code, module)
            frames.append(f'File "{file}", line {traceback.tb_lineno}, in {name}')
        traceback = traceback.tb_next
    return frames


def _place(code: CodeType, module: object) -> tuple[str, str]:
    """Return a code object's file and name, if it is what its module's file holds."""
    file = code.co_filename
    loaded = sys.modules.get(module) if isinstance(module, str) else None
    spec = getattr(loaded, "__spec__", None)
    if spec is not None and spec.origin == "frozen" and file == f"<frozen {spec.name}>":
        return file, code.co_name
    origin = getattr(loaded, "__file__", None)
    if origin is not None and (file == origin or _is_compiled_from(file, origin)):
        return file, code.co_name
    return _UNKNOWN, _UNKNOWN


def _is_compiled_from(file: str, origin: str) -> bool:
    """Tell whether a file is the source, elsewhere, of a module that is there as bytecode only."""
    return (
        origin.endswith(".pyc")
        and PurePath(file).suffix == ".py"
        and PurePath(file).stem == PurePath(origin).stem
    )


def _importable_name(kind: type) -> str | None:
    found: object = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        # Not getattr, which would run a module's own __getattr__.
        found = getattr(found, "__dict__", {}).get(part)
    if found is not kind:
        return None
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
