"""The standard library's logger and file handler with python-json-logger's formatter, on orjson.

The file handler flushes each record. What the record's caller and thread are is not asked for, as
Python's logging HOWTO has it for those who do not print it.
"""

import logging
from pathlib import Path

from pythonjsonlogger.orjson import OrjsonFormatter

from logging_contenders import Contender
from logging_contenders.lines import lines
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS, of_extra


def contender(folder: Path) -> Contender:
    """Return the calls that pass the fields as `extra`."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    path = folder / "records.jsonl"
    handler = logging.FileHandler(path)
    formatter: logging.Formatter = OrjsonFormatter(
        "%(levelname)s %(message)s",
        static_fields={"service": SERVICE, "hostname": HOSTNAME, "ddtags": TAGS},
        timestamp=True,
    )
    handler.setFormatter(formatter)
    logger = logging.Logger(SERVICE, logging.INFO)
    logger.addHandler(handler)

    def finish() -> int:
        handler.close()
        return lines(path)

    return Contender(of_extra(logger), finish)
