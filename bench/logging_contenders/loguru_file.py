"""loguru to a file as JSON, written by the call itself; the file's buffer is flushed at each line."""

from pathlib import Path

from loguru import logger

from logging_contenders import Contender
from logging_contenders.lines import lines
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS, of_keywords


def contender(folder: Path) -> Contender:
    """Return the calls that pass the fields as keywords."""
    path = folder / "records.jsonl"
    logger.remove()
    logger.configure(extra={"service": SERVICE, "hostname": HOSTNAME, "ddtags": TAGS})
    logger.add(path, level="INFO", format="{message}", serialize=True, enqueue=False)

    def finish() -> int:
        logger.remove()
        return lines(path)

    return Contender(of_keywords(logger), finish)
