"""datadog-async-handler: a handler of logging's whose thread sends what is in a queue.

Its `flush` waits a tenth of a second, and its `close` sends nothing of the queue; so what it has sent is
counted here, and waited for. A last batch that is not full goes out as soon as the handler allows, which is
after a tenth of a second, and not after 5 as by default.
"""

import logging
from pathlib import Path
from threading import Event
from typing import Any

from datadog_http_handler import DatadogHTTPHandler
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS

from shipping_contenders import KEY, Contender, Ship
from shipping_contenders.lines import texts
from shipping_contenders.official import point_at

PATIENCE = 50


def contender(url: str, items: str) -> Contender:
    """Return what gets texts ready to be logged; the handler sends so many at a time."""
    handler = DatadogHTTPHandler(
        KEY,
        service=SERVICE,
        source=SERVICE,
        hostname=HOSTNAME,
        tags=TAGS,
        batch_size=int(items),
        flush_interval_seconds=0.1,
    )
    point_at(handler.api_client.configuration, url)
    api: Any = handler.logs_api
    sent = api.submit_log = _Count(api.submit_log)
    logger = logging.Logger(SERVICE, logging.INFO)
    logger.addHandler(handler)

    def prepare(journal: Path, count: int, _folder: Path) -> Ship:
        messages = texts(journal, count)
        sent.expect(len(messages))

        def ship() -> int:
            for message in messages:
                logger.info(message)
            return len(messages) if sent.is_all.wait(PATIENCE) else 0

        return ship

    return prepare


class _Count:
    """Counts the items that were sent, and says when all were."""

    def __init__(self, submit: Any) -> None:
        self._submit = submit
        self._left = 0
        self.is_all = Event()

    def expect(self, count: int) -> None:
        """Begin to count."""
        self._left = count
        self.is_all.clear()

    def __call__(self, body: Any) -> Any:
        answer = self._submit(body=body)
        self._left -= len(body.value)
        if self._left <= 0:
            self.is_all.set()
        return answer
