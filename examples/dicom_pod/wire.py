"""Calls to the platform's servers: JSON over HTTP, by the standard library alone."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

__all__ = ["get", "post", "post_form"]

SECONDS = 5.0

# The servers run on this machine: no proxy of the environment stands between.
_opener = build_opener(ProxyHandler({}))


def get(url: str) -> Any:
    """Return what a server answers, parsed; raise `HTTPError` for a status that is no success."""
    return _call(Request(url))  # noqa: S310 - the caller's own http address


def post(url: str, body: object) -> Any:
    """Post a body as JSON and return the answer, parsed; raise `HTTPError` like `get`."""
    headers = {"Content-Type": "application/json"}
    return _call(Request(url, json.dumps(body).encode(), headers))  # noqa: S310


def post_form(url: str, fields: dict[str, str], token: str = "") -> Any:
    """Post a form, with a bearer token if there is one, and return the answer; raise like `get`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return _call(Request(url, urlencode(fields).encode(), headers))  # noqa: S310


def _call(request: Request) -> Any:
    with _opener.open(request, timeout=SECONDS) as answer:
        return json.load(answer)
