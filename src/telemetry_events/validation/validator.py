"""Checks the lines of files, one after the other, and what holds between them."""

from collections.abc import Callable, Iterator, Sequence

import orjson

from telemetry_events.schema.model import Schema
from telemetry_events.validation.canonical_form import check_canonical
from telemetry_events.validation.datadog import unwrapped
from telemetry_events.validation.fault import Fault, Problem
from telemetry_events.validation.json_object import NotJsonError, read_object
from telemetry_events.validation.lines import LONGEST, LineFile, read_lines
from telemetry_events.validation.plan import make_plan
from telemetry_events.validation.record import check_record
from telemetry_events.validation.sequence import Sequences
from telemetry_events.validation.value import MAX_SAFE_INTEGER

__all__ = ["Validator"]

# Bytes, with the line feed (docs/record.md, 1.6).
LINE_LIMIT = 900_000


def _ignore(_: int) -> None:
    """Do nothing about how much was read."""


class Validator:
    """Checks lines against schemas, and remembers which records it saw.

    `files` counts the files that were read, and `records` the lines in them that were one JSON object.
    `canonical` asks for the check of canonical bytes.
    """

    def __init__(self, schemas: Sequence[Schema], *, canonical: bool = False) -> None:
        self.files = 0
        self.records = 0
        self._plan = make_plan(schemas)
        self._exported = make_plan(schemas, exported=True)
        self._canonical = canonical
        self._sequences = Sequences()

    def check_file(self, file: LineFile, on_read: Callable[[int], None] = _ignore) -> Iterator[Problem]:
        """Yield what is wrong with the lines of a file, in their order.

        `on_read` is told of so many bytes that they were read. Raises `TelemetryError` for a file that
        cannot be read.
        """
        number = 0
        check_line = self.check_line
        for lines, torn in read_lines(file, on_read):
            if torn:
                yield from self._check_torn(file, number + 1, lines[0])
                break
            for line in lines:
                number += 1
                if faults := check_line(line):
                    for fault in faults:
                        yield _problem(file, number, fault)
        self.files += 1

    def check_gaps(self) -> Iterator[Problem]:
        """Yield which numbers of which emitters are missing in what was checked so far."""
        return (Problem("", 0, fault.check, fault.message) for fault in self._sequences.gaps())

    def check_line(self, line: bytes) -> list[Fault]:
        """Return what is wrong with a line, which is given without its line feed."""
        if len(line) > LONGEST:
            return [Fault("too-long", "", f"more than {LONGEST} bytes, and so not read")]
        try:
            members = read_object(line)
        except NotJsonError as error:
            return [error.fault]
        self.records += 1
        record = None if "event" in members else unwrapped(members)
        if record is None:
            event, expected, faults = check_record(self._plan, members)
            if len(line) >= LINE_LIMIT:
                faults.append(Fault("too-long", "", f"{len(line) + 1} bytes, where {LINE_LIMIT} are allowed"))
            if self._canonical and not faults:
                faults += check_canonical(line, members, expected.order)
            repeat = self._remember(members, line)
        else:
            event, _, faults = check_record(self._exported, record)
            # Datadog gives each arrival of a record an id of its own, which tells nothing of the record.
            repeat = self._remember(record, orjson.dumps(record, None, orjson.OPT_SORT_KEYS))
        if faults and event:
            faults = [
                fault._replace(path=f"{event}{fault.path}") if fault.path else fault for fault in faults
            ]
        if repeat is not None:
            faults.append(repeat)
        return faults

    def _check_torn(self, file: LineFile, number: int, rest: bytes) -> Iterator[Problem]:
        """Tell of what follows the last line feed: in a segment no record, elsewhere it may be one."""
        if file.is_segment:
            yield Problem(file.name, number, "torn-line", "cut off, and so no record", note=True)
            return
        yield Problem(file.name, number, "torn-line", "the last line has no line feed, and may be cut off")
        yield from (
            _problem(file, number, each) for each in self.check_line(rest) if each.check != "not-json"
        )

    def _remember(self, members: dict[str, object], printed: bytes) -> Fault | None:
        """Take up a record's identity, if it has one; return the fault that it came before."""
        emitter, seq = members.get("emitter"), members.get("seq")
        if type(seq) is float and seq.is_integer():
            seq = int(seq)
        if type(emitter) is not str or type(seq) is not int or not 1 <= seq <= MAX_SAFE_INTEGER:
            return None
        repeat = self._sequences.add(emitter, seq, hash(printed))
        if members.get("event") == "telemetry_dropped" and repeat is None:
            self._sequences.add_dropped(emitter, members.get("dropped_count"))
        return repeat


def _problem(file: LineFile, number: int, fault: Fault) -> Problem:
    path = fault.path.removeprefix(".")
    return Problem(file.name, number, fault.check, f"`{path}` {fault.message}" if path else fault.message)
