"""Tells a forked child that it is one, also where Python is not told of the fork.

uWSGI forks its workers in C, and runs nothing of what `os.register_at_fork` has registered, unless it is
asked to by `--py-call-uwsgi-fork-hooks`. But it has a hook of its own, without which workers would share an
emitter.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["in_forked_child", "is_to_be_forked"]

_runs: list[Callable[[], object]] = []
# Both may tell of the same fork.
_process = os.getpid()


def in_forked_child(run: Callable[[], object]) -> None:
    """Have something run in each forked child, behind all that was registered before."""
    _runs.append(run)


def is_to_be_forked() -> bool:
    """Tell whether uWSGI may fork this process at any moment: a thread may hold the interpreter just then.

    A worker that was forked so would wait for it for ever.
    """
    uwsgi: Any = sys.modules.get("uwsgi")
    return uwsgi is not None and not uwsgi.worker_id() and uwsgi.masterpid() in (0, os.getpid())


def _after_fork() -> None:
    global _process
    if _process != (process := os.getpid()):
        _process = process
        for run in _runs:
            run()


def _follow_uwsgi(uwsgi: Any) -> None:
    before = getattr(uwsgi, "post_fork_hook", None)

    def hook() -> None:
        _after_fork()
        if before is not None:
            before()

    uwsgi.post_fork_hook = hook


os.register_at_fork(after_in_child=_after_fork)
if "uwsgi" in sys.modules:  # which is there in a program that uWSGI runs, and nowhere else
    _follow_uwsgi(sys.modules["uwsgi"])
