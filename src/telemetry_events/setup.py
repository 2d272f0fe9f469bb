"""From here on events are recorded: `setup_telemetry`, `flush_telemetry` and `shutdown_telemetry`."""

import logging
import os
from time import monotonic

from telemetry_events.delivery import ApiKey, Compression
from telemetry_events.handlers import DatadogLogsHandler, JournalHandler, RecordHandler
from telemetry_events.journal.forks import in_forked_child
from telemetry_events.journal.native import new_recursive_lock
from telemetry_events.logger import telemetry_logger
from telemetry_events.redaction import RedactionKey
from telemetry_events.settings import Durability, JournalOptions, Ship, Tags, resolve_ship

__all__ = ["flush_telemetry", "setup_telemetry", "shutdown_telemetry"]

_lock = new_recursive_lock()
# The handler that is in place, if any. A program may have added others of its kind, which are its own.
_ours: list[JournalHandler] = []


def setup_telemetry(
    *,
    service: str | None = None,
    env: str | None = None,
    version: str | None = None,
    tags: Tags | None = None,
    hostname: str | None = None,
    ddsource: str | None = None,
    directory: str | os.PathLike[str] | None = None,
    key: RedactionKey | str | None = None,
    durability: Durability = "process",
    capacity_bytes: int = 2**30,
    strict: bool = False,
    ship: Ship | None = None,
    site: str | None = None,
    intake: str | None = None,
    api_key: str | None = None,
    api_key_file: str | os.PathLike[str] | None = None,
    ca_file: str | os.PathLike[str] | None = None,
    compression: Compression = "gzip",
) -> None:
    """Record what `telemetry_logger` is given in a journal on disk, and deliver it where there is a key.

    May be called again: with the same arguments nothing changes, with others the journal is left for a new
    one. Handlers that the program has added stay. Raises `TelemetryError` for what cannot be used, before any
    event.

    Args:
        service: Name of the service; `DD_SERVICE`, else the program's name.
        env: Environment, such as `prod`; `DD_ENV`. A tag.
        version: Version of the service; `DD_VERSION`. A tag.
        tags: Further tags, as texts `key:value` or as a mapping; `DD_TAGS`, separated by commas.
        hostname: Name of the machine; `DD_HOSTNAME`, else what the machine says.
        ddsource: Technology that the records come from; the service.
        directory: Where the journal's folder is made; `TELEMETRY_EVENTS_DIR`, else `telemetry-events` in the
            user's
            state directory (`XDG_STATE_HOME`, `~/.local/state`).
        key: Key of the tokens that stand for file names and persons; `TELEMETRY_EVENTS_KEY`, as
            `<id>:<secret>`.
            Without one they become `redacted`.
        durability: What a record survives when the call has returned: `process`, the end of the process;
            `power`,
            the end of the machine, for which each call waits until the disk has it.
        capacity_bytes: What all journals in the directory may hold together. Beyond it the oldest segments
            go, or new records are refused where the old ones are to be delivered.
        strict: Raise `EncodeError` for an event that cannot be encoded, as tests want it.
        ship: Who delivers to Datadog's intake; `TELEMETRY_EVENTS_SHIP`, else `thread`: a thread of this
            process, if there is an API key. `none`: somebody else, such as `telemetry-events ship`, and
            nothing is deleted before. `never`: nobody.
        site: Datadog's site; `DD_SITE`, else `datadoghq.com`.
        intake: URL in place of that of a site; `TELEMETRY_EVENTS_INTAKE`. Without TLS on this machine only.
        api_key: Key of the intake; `DD_API_KEY`.
        api_key_file: File that holds the key, read anew when the intake refuses it; `DD_API_KEY_FILE`.
        ca_file: Certificates to trust; `TELEMETRY_EVENTS_CA_FILE`, else those of the system.
        compression: How bodies are compressed: `gzip`; `zstd`, which takes less time and is not documented
            for the intake; or `none`.
    """
    journal: JournalOptions = {
        "service": service,
        "env": env,
        "version": version,
        "tags": tags,
        "hostname": hostname,
        "ddsource": ddsource,
        "directory": directory,
        "key": key,
        "durability": durability,
        "capacity_bytes": capacity_bytes,
        "strict": strict,
    }
    with _lock:
        who = resolve_ship(ship)
        is_asked = site is not None or intake is not None
        handler: JournalHandler
        if who == "none":
            handler = DatadogLogsHandler(ship="none", **journal)
        elif who == "thread" and (is_asked or ApiKey.find(api_key, api_key_file) is not None):
            handler = DatadogLogsHandler(
                site=site,
                intake=intake,
                api_key=api_key,
                api_key_file=api_key_file,
                ca_file=ca_file,
                compression=compression,
                **journal,
            )
        else:
            handler = JournalHandler(**journal)
        telemetry_logger.disabled = False  # as a dictConfig leaves each logger that it does not name
        present = [each for each in _ours if each in telemetry_logger.handlers]
        if len(present) == 1 and present[0].is_like(handler):
            handler.close()
        else:
            _replace(handler)


def flush_telemetry(timeout: float = 5.0) -> bool:
    """Have all that was recorded delivered, and survive the end of the machine where it cannot be.

    Returns whether it was delivered, and no record is missing. Where this process does not deliver, returns
    whether all is on disk. `timeout`, in seconds, bounds the waiting for the intake.
    """
    deadline = monotonic() + timeout
    ours = [each for each in telemetry_logger.handlers if isinstance(each, RecordHandler)]
    flushed = [each.settle(deadline - monotonic()) for each in ours]
    return all(flushed)


def shutdown_telemetry(timeout: float = 5.0) -> bool:
    """Flush, and record nothing from here on. Returns what the flush does.

    A program need not call this before it ends: what was recorded is on disk.
    """
    with _lock:
        flushed = flush_telemetry(timeout)
        _replace(None)
        return flushed


def _replace(handler: JournalHandler | None) -> None:
    """Have this handler in place of ours, and keep the program's own, in one step for other threads."""
    before = _ours.copy()
    theirs = [
        each
        for each in telemetry_logger.handlers
        if each not in before and not isinstance(each, logging.NullHandler)
    ]
    _ours[:] = [] if handler is None else [handler]
    telemetry_logger.handlers = [handler or logging.NullHandler(), *theirs]
    for each in before:
        each.close()


def _after_fork_in_child() -> None:
    # Another thread may have been setting up.
    global _lock
    _lock = new_recursive_lock()


in_forked_child(_after_fork_in_child)
