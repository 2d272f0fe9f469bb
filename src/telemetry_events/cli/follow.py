"""Follows journals and files: what there is to read now, and the wait until there may be more."""

# Paths are texts here: there may be ten thousand to look at, every second.
# ruff: noqa: PTH112, PTH116

import os
import select
import stat
from collections.abc import Iterator, Sequence
from time import monotonic, time

from telemetry_events.cli.emitter_stream import EmitterStream
from telemetry_events.cli.file_stream import FileStream
from telemetry_events.cli.pipe_stream import PipeStream
from telemetry_events.cli.segments import Tree
from telemetry_events.cli.stream import Say, Stream

__all__ = ["Sources", "wait"]

# Seconds between two looks at what grows, and at what there is to look at.
POLL = 0.2
LOOK = 1.0
# What looks may cost: a thirtieth of the time, however many journals there are.
SHARE = 30
# Seconds after which a stream that nobody writes to is looked at as seldom as what is new.
PATIENCE = 60.0


class Sources:
    """The streams that some paths stand for: directories with journals below them, files, and `-`.

    Paths may be missing, and journals come and go: `look` finds what is there. `follow` says that
    there will be more looks. `missing` are the paths that were not there at the last one.
    """

    def __init__(self, paths: Sequence[str], say: Say, *, follow: bool) -> None:
        self._say = say
        self._follow = follow
        self._paths = list(dict.fromkeys(path.rstrip("/") or path for path in paths))
        self._trees: dict[str, Tree] = {}
        self._streams: dict[str, Stream] = {}
        self._gone_torn = 0
        self._next_look = 0.0
        self.missing: list[str] = []

    @property
    def streams(self) -> list[Stream]:
        """The streams that are there."""
        return list(self._streams.values())

    @property
    def torn(self) -> int:
        """How many segments ended without a line feed so far."""
        return self._gone_torn + sum(stream.torn for stream in self._streams.values())

    @property
    def ended(self) -> bool:
        """Whether nothing will come any more: all that there is are pipes, and these have ended."""
        return all(isinstance(each, PipeStream) and each.ended for each in self._streams.values()) and all(
            path == "-" or path in self._streams for path in self._paths
        )

    def look(self) -> None:
        """Find what is there now."""
        self._next_look = monotonic() + LOOK
        found: dict[str, Stream] = {}
        self.missing = []
        for path in self._paths:
            for name, stream in self._look_at(path):
                found.setdefault(name, stream)
        for name in self._streams.keys() - found.keys():
            self._gone_torn += self._streams[name].torn
        self._streams = found

    def grown(self) -> list[Stream]:
        """Return the streams that may have grown, having looked for new ones every second or so."""
        begun = monotonic()
        if begun < self._next_look:
            lively = time() - PATIENCE
            return [each for each in self._streams.values() if each.changed > lively]
        self.look()
        found = [each for each in self._streams.values() if each.has_grown()]
        ended = monotonic()
        self._next_look = ended + max(LOOK, SHARE * (ended - begun))
        return found

    def pipes(self) -> list[int]:
        """Return the descriptors through which something may come."""
        return [each.fd for each in self._streams.values() if isinstance(each, PipeStream) and not each.ended]

    def _look_at(self, path: str) -> Iterator[tuple[str, Stream]]:
        known = self._streams.get(path)
        if isinstance(known, (FileStream, PipeStream)):
            yield path, known
        elif path == "-":
            yield path, PipeStream(0, patient=not self._follow)
        elif os.path.isdir(path):
            tree = self._trees.setdefault(path, Tree(path, self._say))
            for folder, names in tree.look():
                yield folder, self._emitter(folder, names)
        else:
            stream = self._file(path)
            if stream is not None:
                yield path, stream

    def _emitter(self, folder: str, names: tuple[str, ...]) -> Stream:
        known = self._streams.get(folder)
        if isinstance(known, EmitterStream):
            known.names = names
            return known
        return EmitterStream(folder, names, self._say)

    def _file(self, path: str) -> Stream | None:
        try:
            if stat.S_ISREG(os.stat(path).st_mode):
                return FileStream(path, self._say)
            return PipeStream(os.open(path, os.O_RDONLY | os.O_CLOEXEC), patient=not self._follow)
        except FileNotFoundError:
            self.missing.append(path)
        except OSError as error:
            self._say(f"{path}: {error.strerror}")
        return None


def wait(pipes: Sequence[int], output: int | None) -> None:
    """Wait for a moment, or until something comes through a pipe.

    Raises `BrokenPipeError` when nobody reads `output` any more, which nothing else would tell
    while there is nothing to write.
    """
    poll = select.poll()
    for pipe in pipes:
        poll.register(pipe, select.POLLIN | select.POLLHUP)
    if output is not None:
        poll.register(output, 0)  # an error is always reported
    if any(fd == output for fd, _ in poll.poll(POLL * 1000)):
        raise BrokenPipeError
