"""`telemetry_logger`: a logger as any other, with a shorter way for events."""

import logging
from collections.abc import Mapping
from logging import CRITICAL, DEBUG, ERROR, INFO, WARNING
from typing import Any, cast

from telemetry_events.handlers import CALL, DIRECT, RecordHandler, call_of
from telemetry_events.message import EVENT_TYPES
from telemetry_events.record import Circumstances, exception_of

__all__ = ["NAME", "TelemetryLogger", "telemetry_logger"]

NAME = "telemetry_events"


class TelemetryLogger(logging.Logger):
    """Logs events, and texts too. Filters, levels and further handlers mean what they mean to logging.

    An event goes the direct way, past `findCaller` and `LogRecord`, where its one handler is ours and
    nothing is to be filtered; the line is the same either way.
    """

    def debug(self, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at level DEBUG: of interest to those who look for a fault."""
        if not (type(msg) in EVENT_TYPES and self._log_directly(msg, DEBUG, options)):
            super().debug(msg, *args, **_from_here(options))

    def info(self, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at level INFO: the ordinary course of events."""
        if not (type(msg) in EVENT_TYPES and self._log_directly(msg, INFO, options)):
            super().info(msg, *args, **_from_here(options))

    def warning(self, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at level WARNING: something to look at."""
        if not (type(msg) in EVENT_TYPES and self._log_directly(msg, WARNING, options)):
            super().warning(msg, *args, **_from_here(options))

    def error(self, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at level ERROR: something failed."""
        if not (type(msg) in EVENT_TYPES and self._log_directly(msg, ERROR, options)):
            super().error(msg, *args, **_from_here(options))

    def critical(self, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at level CRITICAL: the program cannot go on."""
        if not (type(msg) in EVENT_TYPES and self._log_directly(msg, CRITICAL, options)):
            super().critical(msg, *args, **_from_here(options))

    def log(self, level: int, msg: object, *args: object, **options: Any) -> None:
        """Log an event, or a text, at any level."""
        direct = type(msg) in EVENT_TYPES and type(level) is int
        if not (direct and self._log_directly(msg, level, options)):
            super().log(level, msg, *args, **_from_here(options))

    def makeRecord(self, *args: Any, **options: Any) -> logging.LogRecord:  # noqa: N802 (logging's name)
        """Make a log record that remembers its event, also where a queue makes a text of it."""
        record = super().makeRecord(*args, **options)
        setattr(record, CALL, call_of(record))
        return record

    # What logging's own isEnabledFor keeps.
    _cache: dict[int, bool]

    def _log_directly(self, event: Any, level: int, options: Mapping[str, Any]) -> bool:
        """Log an event the direct way, if that is open, and return whether it was."""
        handlers = self.handlers
        if len(handlers) != 1:
            # The one that is there from the beginning does nothing, and stays beside another.
            handlers = [each for each in handlers if type(each) is not logging.NullHandler]
        if len(handlers) != 1 or self.filters or self.propagate:
            return False
        handler = handlers[0]
        if type(handler) not in DIRECT:
            return type(handler) is logging.NullHandler
        handler = cast("RecordHandler", handler)
        if handler.filters:
            return False
        # The cache is that of isEnabledFor, which a call to would cost as much as the event's encoding does.
        if (
            (self._cache.get(level) and not self.disabled) or self.isEnabledFor(level)
        ) and level >= handler.level:
            # Not within the try, where another exception is the present one.
            exception = exception_of(options.get("exc_info")) if options else None
            try:
                if exception is not None:
                    parts = handler.recorder.event_of(event, level, Circumstances.here(exception))
                else:
                    parts = handler.recorder.event(event, level)
                handler.append(parts)
            except Exception as error:
                handler.replace(event, error, level, Circumstances.here(exception))
        return True


def _from_here(options: dict[str, Any]) -> dict[str, Any]:
    """Return options by which logging finds the caller one frame further out."""
    return options | {"stacklevel": options.get("stacklevel", 1) + 1}


def _make() -> TelemetryLogger:
    manager = logging.Logger.manager
    # What getLogger itself holds: nobody else's logger is made of our class meanwhile.
    with vars(logging)["_lock"]:
        usual, manager.loggerClass = manager.loggerClass, TelemetryLogger
        logger = logging.getLogger(NAME)
        manager.loggerClass = usual
    if type(logger) is not TelemetryLogger:
        # It was made before, as an ordinary one, and others may hold it. This alone would do, but Python
        # is slower with an object that has changed its class.
        logger.__class__ = TelemetryLogger
    logger.propagate = False
    if logger.level == logging.NOTSET:
        logger.setLevel(INFO)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return cast("TelemetryLogger", logger)


telemetry_logger: TelemetryLogger = _make()
