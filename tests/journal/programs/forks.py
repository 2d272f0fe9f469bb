"""Forks beside threads that log at full speed: `forks.py DIRECTORY HOW FORKS`.

Prints, as JSON, how many events each thread of the parent has logged, and each child's number of events by
the name it logs them under. A child that does not end within the deadline ends the program, with a traceback.
"""

import faulthandler
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from select import select
from threading import Event, Thread

from telemetry_events import BatchProgressEvent, setup_telemetry, telemetry_logger

DEADLINE = 10
EACH = 3


def log(name: str, count: int = EACH) -> None:
    """Log a few events."""
    for number in range(1, count + 1):
        telemetry_logger.info(BatchProgressEvent(name, number))


def log_all(name: str, stop: Event, counts: dict[str, int]) -> None:
    """Log until told to stop."""
    while not stop.is_set():
        count = counts[name] = counts.get(name, 0) + 1
        telemetry_logger.info(BatchProgressEvent(name, count))


def fork(child: Callable[[], object]) -> None:
    """Fork, and wait for the child. Its end of a pipe is closed when it ends, however it ends."""
    alive, held = os.pipe()
    pid = os.fork()
    if not pid:
        signal.alarm(DEADLINE // 2)
        child()
        os._exit(0)
    os.close(held)
    if not select([alive], [], [], DEADLINE)[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(alive)
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"a child ended with {status}")


def plain(number: int) -> list[str]:
    """Fork once."""
    name = f"child-{number}"
    fork(lambda: log(name))
    return [name]


def double(number: int) -> list[str]:
    """Fork a child that logs, forks a child that logs, and logs again."""
    names = [f"child-{number}", f"grandchild-{number}", f"child-{number}-again"]

    def child() -> None:
        log(names[0])
        fork(lambda: log(names[1]))
        log(names[2])

    fork(child)
    return names


def silent(number: int) -> list[str]:
    """Fork a child that logs nothing itself, but has a child that does."""
    name = f"grandchild-{number}"
    fork(lambda: fork(lambda: log(name)))
    return [name]


def from_thread(number: int) -> list[str]:
    """Fork from a thread that is not the main one."""
    name = f"child-{number}"
    forking = Thread(target=fork, args=(lambda: log(name),))
    forking.start()
    forking.join()
    return [name]


def work(name: str, directory: str) -> None:
    """Log as a child of multiprocessing: one that was not forked sets up for itself."""
    if directory:
        setup_telemetry(service="forks", directory=directory)
    log(name)


def multiprocess(method: str, directory: str) -> Callable[[int], list[str]]:
    """Return what starts a process of multiprocessing."""
    context = multiprocessing.get_context(method)

    def begin(number: int) -> list[str]:
        name = f"child-{number}"
        process = context.Process(target=work, args=(name, "" if method == "fork" else directory))
        process.start()
        process.join(DEADLINE)
        if process.exitcode != 0:
            raise SystemExit(f"a child ended with {process.exitcode}")
        return [name]

    return begin


WAYS: dict[str, Callable[[int], list[str]]] = {
    "plain": plain,
    "double": double,
    "silent": silent,
    "from_thread": from_thread,
}


def main(directory: str, how: str, forks: int, threads: int, durability: str) -> None:
    """Fork again and again, beside the threads."""
    sys.setswitchinterval(1e-4)
    setup_telemetry(service="forks", directory=Path(directory), durability=durability)
    stop, counts = Event(), {}
    loggers = [Thread(target=log_all, args=(f"thread-{n}", stop, counts)) for n in range(threads)]
    for each in loggers:
        each.start()
    way = WAYS[how] if how in WAYS else multiprocess(how, directory)
    try:
        children = [name for number in range(forks) for name in way(number)]
        if not threads:
            log("parent")
    finally:
        stop.set()
    for each in loggers:
        each.join()
    print(json.dumps(counts | dict.fromkeys(children, EACH) | ({} if threads else {"parent": EACH})))


if __name__ == "__main__":
    # A child's alarm says where it hangs, and ends it.
    faulthandler.register(signal.SIGALRM, chain=True)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
