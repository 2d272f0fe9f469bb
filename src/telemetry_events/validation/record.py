"""The checks `missing-event` and `unknown-event`: which event a record has, and so what else it must be."""

from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from telemetry_events.validation.fault import Fault
from telemetry_events.validation.members import Members, check_members, letters
from telemetry_events.validation.plan import Plan
from telemetry_events.validation.value import wrong_type

__all__ = ["Checked", "check_record"]

# No event has a name so long that it need be compared beyond this.
_LONGEST_NAME = 64


class Checked(NamedTuple):
    """What was found, and as what the object was checked: `event` is empty where none is known."""

    event: str
    expected: Members
    faults: list[Fault]


def check_record(plan: Plan, members: dict[str, object]) -> Checked:
    """Check a record, or an event alone: an object with no member of the envelope is that."""
    bare = plan.envelope.isdisjoint(members)
    name = _event(plan, members)
    expected = (plan.events if bare else plan.records).get(name)
    if expected is not None:
        faults = check_members(expected, members)
        if not bare and members.get("message", name) != name:
            faults.append(Fault("bad-envelope", ".message", "is another than the event's name"))
        return Checked(name, expected, faults)

    plain = plan.plain
    if "event" in members:
        faults = [_wrong_event(plan, members["event"])]
    elif "message" in members:
        return Checked("", plain, check_members(plain, members))
    else:
        faults = [Fault("missing-event", "", "neither `event` nor `message` is there")]
    if not bare:  # of the members nothing is known but those that every record has
        found = check_members(plain, members)
        faults += [each for each in found if each.check != "unknown-field" and each.path != ".message"]
    return Checked("", plain, faults)


def _event(plan: Plan, members: dict[str, object]) -> str:
    """Return the name of the event that is meant, also where the member or its text is spelled wrongly."""
    event = members.get("event")
    if event is None and "event" not in members:
        event = next((value for name, value in members.items() if letters(name) == "event"), None)
    return plan.full_names.get(event, event) if type(event) is str else ""


def _wrong_event(plan: Plan, event: object) -> Fault:
    if type(event) is not str:
        return wrong_type("text of TelemetryEventName", event)[0]._replace(path=".event")
    near = _nearest(event, tuple(plan.events)) if len(event) <= _LONGEST_NAME else ()
    meant = f": the nearest is `{near[0]}`" if near else ""
    return Fault("unknown-event", ".event", f"is no event of the schema{meant}")


@lru_cache(maxsize=1024)
def _nearest(name: str, names: tuple[str, ...]) -> list[str]:
    return get_close_matches(name.lower(), names, 1)
