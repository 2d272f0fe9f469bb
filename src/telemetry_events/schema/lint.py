"""Checks that a schema of events keeps the rules of docs/schema-rules.md."""

from telemetry_events.schema.model import Schema
from telemetry_events.schema.rule import Problem
from telemetry_events.schema.rules import RULES

__all__ = ["lint"]


def lint(schema: Schema) -> list[Problem]:
    """Return the places where `schema` breaks a rule, in the order of the source."""
    checked = schema.of_events()
    return sorted(problem for rule in RULES for problem in rule.check(checked))
