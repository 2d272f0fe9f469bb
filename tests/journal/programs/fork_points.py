"""Forks while another thread stands at a line of the journal, each in turn: `fork_points.py DIRECTORY`.

That thread opens a segment, appends, leaves a segment for another, syncs, looks after a deleted one, and
closes. Prints, as JSON, the lines at which a child failed or kept a descriptor of its parent's journal.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from select import select
from threading import Lock, Thread
from types import FrameType
from typing import Any

# The thread waits here at each line. It goes on as soon as there is a child: before the parent does what
# the library has it do after a fork, for which it may need what the thread holds.
there, on = Lock(), Lock()
there.acquire()
on.acquire()
waiting = False


def let_on() -> None:
    """Let the thread go on."""
    global waiting
    if waiting:
        waiting = False
        on.release()


os.register_at_fork(after_in_parent=let_on)

import telemetry_events.journal.journal as constants  # noqa: E402
import telemetry_events.journal.keeper as keeping  # noqa: E402
from telemetry_events import BatchProgressEvent, JournalHandler, telemetry_logger  # noqa: E402

# A fork waits for the thread, which here waits for the fork.
constants.STOP_SECONDS = 0.002
# What a tick has seen in place goes with a deleted segment, so none comes but those that are called here.
keeping.INTERVAL = 1e6
LIBRARY = str(Path(constants.__file__).parent)
at: tuple[str, int] | None = None
seen: set[tuple[str, int]] = set()


def trace(frame: FrameType, what: str, _argument: object) -> Any:
    """Stop at each new line of the journal, where the main thread waits for that."""
    global at
    path = frame.f_code.co_filename
    if not path.startswith(LIBRARY):
        return None
    here = Path(path).name, frame.f_lineno
    if what == "line" and waiting and here not in seen:
        seen.add(here)
        at = here
        there.release()
        on.acquire()
    return trace


def log(name: str, count: int) -> None:
    """Log some events."""
    for number in range(1, count + 1):
        telemetry_logger.info(BatchProgressEvent(name, number))


def work(directory: Path) -> None:
    """Do all that a journal does, again and again, until there was no new line to stop at."""
    global at
    turn, before = 0, -1
    # A journal that is dropped between two forks is none that a child could have inherited.
    kept = []
    while len(seen) > before:
        turn, before = turn + 1, len(seen)
        handler = JournalHandler(service="points", directory=directory)
        kept.append(handler)
        telemetry_logger.handlers = [handler]
        sys.settrace(trace)
        log(f"first-{turn}", 2)
        handler.journal._writer.room = 1
        log(f"next-{turn}", 2)
        max(handler.journal.path.glob("*.jsonl")).unlink()
        handler.journal.flush()
        handler.journal._tick()
        log(f"moved-{turn}", 2)
        handler.journal.close()
        log(f"last-{turn}", 1)
        sys.settrace(None)
    print(json.dumps(["turns", turn]), flush=True)
    at = None
    there.release()


def child(number: int) -> None:
    """Log as the child, and say whether it is its parent's heir."""
    kept = [link.name for link in links() if f"-{os.getppid()}-" in link.parent.name]
    log(f"child-{number}", 2)
    if kept:
        os.write(1, (json.dumps(["keeps", kept, *(at or ())]) + "\n").encode())


def links() -> list[Path]:
    """Return what this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of the listing itself
            found.append(descriptor.readlink())
    return found


def main(directory: Path) -> None:
    """Fork at each line of the thread's work."""
    global waiting
    signal.alarm(55)
    thread = Thread(target=work, args=(directory,), daemon=True)
    waiting = True
    thread.start()
    number = 0
    while there.acquire(timeout=10) and at is not None:
        number += 1
        here = at
        alive, held = os.pipe()
        pid = os.fork()
        if not pid:
            signal.alarm(5)
            try:
                child(number)
            finally:
                os._exit(0)
        waiting = True
        os.close(held)
        if not select([alive], [], [], 10)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(alive)
        _, status = os.waitpid(pid, 0)
        if status:
            print(json.dumps(["hangs", status, *here]), flush=True)
    print(json.dumps(["forks", number]), flush=True)
    thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
