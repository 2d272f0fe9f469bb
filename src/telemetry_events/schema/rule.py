"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from telemetry_events.schema.model import Location, Schema

__all__ = ["Fault", "Problem", "Rule", "rule"]

Fault = tuple[Location, str]


@dataclass(frozen=True, order=True)
class Problem:
    """A place where a schema breaks a rule. Its text is one line, as compilers print it."""

    location: Location
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Rule:
    """A rule that a schema of events keeps. `name` is stable; `find` is documented by what it demands."""

    name: str
    find: Callable[[Schema], Iterator[Fault]]

    @property
    def summary(self) -> str:
        """The rule in one sentence."""
        return (self.find.__doc__ or "").strip()

    def check(self, schema: Schema) -> Iterator[Problem]:
        """Yield the places where `schema` breaks the rule, in no particular order."""
        return (Problem(location, self.name, message) for location, message in self.find(schema))


def rule(name: str) -> Callable[[Callable[[Schema], Iterator[Fault]]], Rule]:
    """Make a rule of the function that finds what breaks it."""
    return lambda find: Rule(name, find)
