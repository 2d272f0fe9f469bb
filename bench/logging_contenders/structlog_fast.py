"""structlog as the page on performance in its documentation configures it, with a logger bound once."""

from typing import Any

import orjson
import structlog
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info

from logging_contenders.sites import HOSTNAME, SERVICE, TAGS, Sites, of_keywords


def sites(file: Any) -> Sites:
    """Return the calls of a logger that writes to an object with `write` and `flush`."""
    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        processors=[
            structlog.contextvars.merge_contextvars,
            add_log_level,
            format_exc_info,
            TimeStamper(fmt="iso", utc=True),
            JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(file),
    )
    logger = structlog.get_logger().bind(service=SERVICE, hostname=HOSTNAME, ddtags=TAGS)
    return of_keywords(logger)
