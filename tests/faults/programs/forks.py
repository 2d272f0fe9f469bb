"""Forks while records are being delivered: `forks.py DIRECTORY NOTES URL HOW FORKS`.

A child that does not end in time is killed by its own alarm, and ends the program.
"""

import faulthandler
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic, sleep

from noting import log, set_up

from telemetry_events import DatadogLogsHandler

DEADLINE = 15


def delivering(name: str, handler: DatadogLogsHandler) -> None:
    """Log, and deliver that oneself."""
    log(name)
    if not handler.settle(DEADLINE / 2):
        raise SystemExit(f"{name} could not deliver")


def fork(child: Callable[[], object]) -> None:
    """Fork, and wait for the child."""
    pid = os.fork()
    if not pid:
        signal.alarm(DEADLINE)
        try:
            child()
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"a child ended with {status}")


def plain(name: str, handler: DatadogLogsHandler) -> None:
    """Fork a child that delivers."""
    fork(lambda: delivering(name, handler))


def exiting(name: str, _handler: DatadogLogsHandler) -> None:
    """Fork a child that ends at once when it has logged."""
    fork(lambda: log(name))


def silent(_name: str, _handler: DatadogLogsHandler) -> None:
    """Fork a child that logs nothing."""
    fork(lambda: None)


def double(name: str, handler: DatadogLogsHandler) -> None:
    """Fork a child that delivers, has a child that delivers, and delivers again."""

    def child() -> None:
        delivering(name, handler)
        fork(lambda: delivering(f"{name}-child", handler))
        delivering(f"{name}-again", handler)

    fork(child)


def from_thread(name: str, handler: DatadogLogsHandler) -> None:
    """Fork from a thread that is not the main one."""
    thread = Thread(target=fork, args=(lambda: delivering(name, handler),))
    thread.start()
    thread.join()


def work(name: str, method: str) -> None:
    """Log as a child of multiprocessing: one that was not forked sets up for itself."""
    if method != "fork":
        delivering(name, set_up(*sys.argv[1:4]))
    else:
        log(name)


def multiprocess(method: str) -> Callable[[str, DatadogLogsHandler], None]:
    """Return what starts a process of multiprocessing."""

    def begin(name: str, _handler: DatadogLogsHandler) -> None:
        process = multiprocessing.get_context(method).Process(target=work, args=(name, method))
        process.start()
        process.join(DEADLINE)
        if process.exitcode != 0:
            raise SystemExit(f"a child ended with {process.exitcode}")

    return begin


WAYS = {"plain": plain, "exiting": exiting, "silent": silent, "double": double, "from_thread": from_thread}


def under_load(handler: DatadogLogsHandler, how: str, forks: int) -> None:
    """Fork again and again beside threads that log."""
    stop = Event()

    def work_on(name: str) -> None:
        while not stop.is_set():
            log(name, 20)
            sleep(0.002)

    threads = [Thread(target=work_on, args=(f"thread-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        way = WAYS[how] if how in WAYS else multiprocess(how)
        for number in range(forks):
            way(f"child-{number}", handler)
    finally:
        stop.set()
    for thread in threads:
        thread.join()
    if not handler.settle(DEADLINE):
        raise SystemExit("the parent could not deliver")


def calm(handler: DatadogLogsHandler) -> None:
    """Deliver before a fork, in the child, and after it. The child lives on until it is told to end."""
    delivering("before", handler)
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(tell)
        delivering("child", handler)
        print("delivered", flush=True)
        os.read(told, 1)
        os._exit(0)
    delivering("after", handler)
    print("delivered", flush=True)
    sys.stdin.readline()
    os.close(tell)
    os.waitpid(pid, 0)
    delivering("at last", handler)


def quiet(_handler: DatadogLogsHandler) -> None:
    """Log before a fork, when somebody says so fork, and say how many seconds it has taken; log no more."""
    log("before")
    sys.stdin.readline()
    begin = monotonic()
    pid = os.fork()
    if not pid:
        log("child")
        os._exit(0)
    seconds = monotonic() - begin
    os.waitpid(pid, 0)
    print(seconds, flush=True)
    sys.stdin.readline()


def main(directory: str, notes: str, url: str, how: str, forks: str) -> None:
    """Fork in one of the ways."""
    handler = set_up(directory, notes, url)
    if how == "calm":
        calm(handler)
    elif how == "quiet":
        quiet(handler)
    else:
        sys.setswitchinterval(1e-4)
        under_load(handler, how, int(forks))


if __name__ == "__main__":
    # A child's alarm says where it hangs, and ends it.
    faulthandler.register(signal.SIGALRM, chain=True)
    main(*sys.argv[1:])
