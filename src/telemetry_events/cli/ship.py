"""`telemetry-events ship`: delivers what journals hold to Datadog's intake."""

import errno
import os
import resource
from contextlib import suppress
from enum import StrEnum
from json import dumps
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from telemetry_events.cli.default_directory import default_directory
from telemetry_events.cli.lock_holder import is_locked
from telemetry_events.cli.quantity import count_of, short_bytes
from telemetry_events.cli.ship_bar import bar
from telemetry_events.cli.shipping import Shipping
from telemetry_events.cli.signals import EndSignals
from telemetry_events.cli.visible import visible, visible_json
from telemetry_events.cli.waiting import Journals, find_journals, misplaced
from telemetry_events.delivery import ApiKey, Intake, Pace, Shipper
from telemetry_events.delivery.claim import CLAIM
from telemetry_events.errors import TelemetryError

__all__ = ["ship"]

PATIENCE = 60.0
# How often folders are looked for that are new: it is what this process is for.
ADOPT_SECONDS = 1.0
LOOK_SECONDS = 0.5
# A claimed folder takes a descriptor; others are for the connection, segments and files of the interpreter.
MOST_FOLDERS = 4096
SPARE = 64


class Compression(StrEnum):
    """The ways to compress, as an option takes them."""

    GZIP = "gzip"
    ZSTD = "zstd"
    NONE = "none"


def ship(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", readable=False, help="The directory that journals' folders lie in."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on, until it is told to end.")] = False,
    site: Annotated[str | None, typer.Option(help="Datadog's site; DD_SITE, else datadoghq.com.")] = None,
    intake: Annotated[
        str | None,
        typer.Option(metavar="URL", help="In place of a site's intake; TELEMETRY_EVENTS_INTAKE."),
    ] = None,
    api_key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Holds the key; DD_API_KEY, else DD_API_KEY_FILE."),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            readable=False,
            help="Certificates to trust; TELEMETRY_EVENTS_CA_FILE, else the system's.",
        ),
    ] = None,
    compression: Annotated[Compression, typer.Option(help="Of what is sent.")] = Compression.GZIP,
    patience: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, help="Without --follow: give up when so long nothing is accepted."
        ),
    ] = PATIENCE,
    json: Annotated[bool, typer.Option("--json", help="Say what was done as one JSON object.")] = False,
) -> None:
    """Deliver what journals hold, and delete what was accepted.

    Takes the folders of all processes in DIR, running or not, of any language, that nobody else
    delivers. Without DIR it is TELEMETRY_EVENTS_DIR, else XDG_STATE_HOME/telemetry-events, else
    ~/.local/state/telemetry-events.

    The key is never an argument, which all users of a machine can see: set DD_API_KEY, or name a
    file with --api-key-file or DD_API_KEY_FILE. A proxy is that of DD_PROXY_HTTPS or HTTPS_PROXY.

    Delivers what is there and ends: with 0 when all was delivered, 1 when something is left, 2
    for bad input. With --follow it goes on until SIGTERM or Ctrl-C, and then ends with 0, after a
    last delivery of at most some seconds; a second Ctrl-C cuts that off.
    """
    place = directory or default_directory()
    if site is not None and intake is not None:
        raise typer.BadParameter(
            "a site has an intake of its own: give one of the two", param_hint="--intake"
        )
    try:
        if ApiKey.find(None, api_key_file) is None:
            raise TelemetryError("there is no API key: set DD_API_KEY, or name a file with --api-key-file")
        target = Intake.find(
            site, intake, api_key_file=api_key_file, ca_file=ca_file, compression=compression.value
        )
    except TelemetryError as error:
        _stop(str(error))
    with EndSignals() as signals:
        if follow:
            _wait_for(place, signals)
        before = _found_in(place)
        for line in before.unreadable:
            _say(line)
        # Without --follow, what it would say stands in the line at the end.
        alarm = None if follow else _say_nothing
        shipper = Shipper(
            place, target, adopts="all", most=_room(), pace=Pace(adopt=ADOPT_SECONDS), alarm=alarm
        )
        shipping = Shipping(shipper, before.emitters, follow=follow, patience=patience)
        if follow:
            _say(f"delivering what is in {place} to {target.endpoint}")
        try:
            with bar(before.bytes, shipper.counters, shipping.is_through) as tick:
                has_ended = shipping.run(signals, tick)
        except OSError as error:
            _stop(f"{place}: {error.strerror}")
        if has_ended:
            shipper.close()
    left = _left(place, before, follow)
    is_all = _report(shipper, left, _why(shipping, left, has_ended), json)
    if not follow and not is_all:
        raise typer.Exit(1)


def _wait_for(place: Path, signals: EndSignals) -> None:
    """Wait until there is something of this name, or until a signal to end."""
    if _is_missing(place):
        _say(f"{place}: not there yet, waiting")
    while _is_missing(place):
        if signals.wait(LOOK_SECONDS):
            raise typer.Exit


def _is_missing(place: Path) -> bool:
    try:
        place.stat()
    except FileNotFoundError:
        return True
    except OSError:  # what is wrong is said where it is read
        return False
    return False


def _found_in(place: Path) -> Journals:
    """Return what is there, or stop where nothing could be delivered from."""
    try:
        found = find_journals(place)
        if not os.access(place, os.W_OK | os.X_OK):
            is_read_only = os.statvfs(place).f_flag & os.ST_RDONLY
            raise OSError(errno.EROFS if is_read_only else errno.EACCES, "cannot be written to")
    except OSError as error:
        _stop(f"{place}: {error.strerror}")
    if not found.emitters and (problem := misplaced(place)):
        _stop(f"{place}: {problem}")
    return found


def _room() -> int:
    """Return how many folders may be claimed at once, having asked for as many descriptors as may be had."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FOLDERS + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            more = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            soft = more
        return max(soft - SPARE, 1)
    return MOST_FOLDERS


def _left(place: Path, before: Journals, follow: bool) -> Journals:
    """Return what is left of what was there; if it was followed, what is there now."""
    if not follow:
        return Journals([each.again() for each in before.emitters], before.unreadable)
    try:
        return find_journals(place)
    except OSError:
        return Journals()


def _why(shipping: Shipping, left: Journals, has_ended: bool) -> str:
    """Return why something is left."""
    state = shipping.state_at_end or shipping.shipper.counters.state
    if state != "delivering":
        return state
    if shipping.state_at_end:
        return "interrupted"
    folders = [each.folder for each in left.emitters if each.records]
    # As long as this process holds claims it must not ask, see lock_holder.py.
    if has_ended and any(is_locked(folder / CLAIM) for folder in folders):
        return "another process delivers them"
    if not folders:
        return "not all could be read"
    return f"{folders[0]} cannot be written to"


def _report(shipper: Shipper, left: Journals, why: str, is_json: bool) -> bool:
    """Say what was done, and what is left. Returns whether all was delivered."""
    counters = shipper.counters
    is_all = not (left.records or left.unreadable or counters.quarantined)
    quarantine = shipper.directory / "quarantine"
    if is_json:
        found = {
            "delivered": counters.delivered,
            "bytes": counters.bytes,
            "requests": counters.requests,
            "retried": counters.retried,
            "quarantined": counters.quarantined,
            "left": left.records,
            "left_bytes": left.bytes,
            "why": why if left.records or left.unreadable else "",
        }
        typer.echo(visible_json(dumps(found)))
    elif counters.delivered:
        requests = count_of(counters.requests, "request")
        size = short_bytes(counters.bytes)
        typer.echo(f"delivered {count_of(counters.delivered, 'record')}, {size}, in {requests}")
    elif is_all:
        typer.echo("nothing to deliver")
    if counters.quarantined:
        _say(f"{count_of(counters.quarantined, 'record')} refused, and now in {quarantine}")
    if left.records or left.unreadable:
        _say(f"{count_of(left.records, 'record')} left, {short_bytes(left.bytes)}: {why}")
    return is_all


def _say_nothing(_: str) -> None:
    pass


def _say(line: str) -> None:
    typer.echo(f"telemetry-events: {visible(line)}", err=True)


def _stop(problem: str) -> NoReturn:
    _say(problem)
    raise typer.Exit(2)
