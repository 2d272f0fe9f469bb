"""Datadog's API client: `submit_log`, as its documentation has it, with the event as the item's message.

The messages are ready; the items are made as they are sent.
"""

from pathlib import Path
from typing import Any

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.v2.api.logs_api import LogsApi
from datadog_api_client.v2.model.content_encoding import ContentEncoding
from datadog_api_client.v2.model.http_log import HTTPLog
from datadog_api_client.v2.model.http_log_item import HTTPLogItem
from logging_contenders.sites import HOSTNAME, SERVICE, TAGS

from shipping_contenders import KEY, Contender, Ship
from shipping_contenders.lines import texts


def untyped(function: Any) -> Any:
    """Return a function without its types, as some of the client have none."""
    return function


def point_at(configuration: Configuration, url: str) -> None:
    """Have a client send to a URL. The second of its servers is the one whose name can be said."""
    scheme, _, name = url.partition("://")
    configuration.server_index = 1
    configuration.server_variables = {"protocol": scheme, "name": name}


def contender(url: str, items: str) -> Contender:
    """Return what gets texts ready, of which a call sends so many."""
    configuration = untyped(Configuration)()
    configuration.api_key["apiKeyAuth"] = KEY
    point_at(configuration, url)
    api, size = untyped(LogsApi)(ApiClient(configuration)), int(items)

    def prepare(journal: Path, count: int, _folder: Path) -> Ship:
        messages = texts(journal, count)

        def ship() -> int:
            for start in range(0, len(messages), size):
                log = untyped(HTTPLog)([_item(message) for message in messages[start : start + size]])
                api.submit_log(log, content_encoding=ContentEncoding.GZIP)
            return len(messages)

        return ship

    return prepare


def _item(message: str) -> HTTPLogItem:
    return HTTPLogItem(message=message, ddsource=SERVICE, ddtags=TAGS, hostname=HOSTNAME, service=SERVICE)
