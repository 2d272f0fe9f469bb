"""How a thread that delivers leaves the interpreter to its program.

Only one thread has the interpreter's lock. Requests that follow one another without a pause take it so often
that a program of many threads falls behind its own work, and then all of its calls wait.
"""

from time import thread_time

__all__ = ["Rest"]

# For each second of the processor's that a request has used: two thirds of the time are the program's.
SECONDS = 2.0
# A program that still has so many requests waiting logs faster than that, and its journal has an end.
REQUESTS = 300


class Rest:
    """The rests of one run, which is this thread's."""

    def __init__(self) -> None:
        self._used = thread_time()
        self._requests = 0

    def seconds(self) -> float:
        """Return how long to rest, now that another request is over, or the first one is to come."""
        before, self._used = self._used, thread_time()
        self._requests += 1
        return (self._used - before) * SECONDS if self._requests <= REQUESTS else 0.0
