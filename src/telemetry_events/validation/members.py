"""The checks `unknown-field`, `wrong-name-case` and `missing-field`: the members of one object."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from telemetry_events.validation.fault import Fault, Faults
from telemetry_events.validation.value import ValueCheck, wrong_type

__all__ = ["Members", "check_members", "letters", "members_of", "message", "shown_name"]

_NAME = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.@$-]{0,63}")


@dataclass(frozen=True, slots=True)
class Members:
    """What the members of one kind of object are: of a message, or of a record with its event.

    `checks` has each member that may be there, `required` those that must be, and `spellings` each
    name by its letters. `order` are the names as canonical JSON has them.
    """

    checks: Mapping[str, ValueCheck]
    required: frozenset[str]
    spellings: Mapping[str, str]
    order: tuple[str, ...]


def members_of(*groups: tuple[Mapping[str, ValueCheck], Iterable[str]]) -> Members:
    """Return what the members of an object are, by the check of each and the names that must be there.

    Of a record there are three groups, that of the envelope, of the context and of the event, and of a
    message one. Each is sorted for itself, and a name that two have is the later one's (docs/record.md, 1).
    """
    checks: dict[str, ValueCheck] = {}
    for group, _ in groups:
        for name in sorted(group):
            checks.pop(name, None)
            checks[name] = group[name]
    required = frozenset(name for _, names in groups for name in names)
    return Members(checks, required, {letters(name): name for name in checks}, tuple(checks))


def check_members(expected: Members, members: dict[str, object]) -> list[Fault]:
    """Return what is wrong with an object's members, and with what each of them holds."""
    found: list[Fault] = []
    checks = expected.checks
    for name, value in members.items():
        check = checks.get(name)
        if check is None:
            found.append(_stranger(expected, name))
        elif faults := check(value):
            found += [fault._replace(path=f".{name}{fault.path}") for fault in faults]
    if not expected.required <= members.keys():
        # A field in another spelling was told of, and is not missing as well.
        misspelt = {expected.spellings.get(letters(name)) for name in members.keys() - checks.keys()}
        for name in sorted(expected.required - members.keys() - misspelt):
            found.append(Fault("missing-field", f".{name}", "is missing"))
    return found


def message(expected: Members) -> ValueCheck:
    """Return the check of a message within a message, by its members."""

    def check(value: object) -> Faults:
        if type(value) is not dict:
            return wrong_type("object", value)
        return check_members(expected, cast("dict[str, object]", value))

    return check


@lru_cache(maxsize=4096)
def letters(name: str) -> str:
    """Return what all spellings of a name have in common: no separators, no case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def shown_name(name: str) -> str:
    """Return a member's name as problems show it: only one that can be a name, as data may stand there."""
    return name if _NAME.fullmatch(name) else "(a name that is not shown)"


def _stranger(expected: Members, name: str) -> Fault:
    right = expected.spellings.get(letters(name))
    if right:
        return Fault("wrong-name-case", f".{shown_name(name)}", f"is spelled `{right}`")
    return Fault("unknown-field", f".{shown_name(name)}", "is no field")
