"""Calls of an empty function: what the clock, the call and the switching of threads cost by themselves."""

from pathlib import Path

from logging_contenders import Contender
from logging_contenders.sites import fields


def contender(_folder: Path) -> Contender:
    """Return the calls that do nothing."""
    return Contender(dict.fromkeys(fields(), _nothing), _none)


def _nothing() -> None:
    pass


def _none() -> None:
    return None
