"""Runs a test without the handlers that pytest adds to each logger: they close the direct way."""

from collections.abc import Generator

import pytest

from telemetry_events import telemetry_logger

__all__ = ["pytest_runtest_call"]


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call() -> Generator[None]:
    """Leave the logger the handlers of the test, within pytest's own hook that has added some."""
    handlers = telemetry_logger.handlers
    telemetry_logger.handlers = [
        each for each in handlers if not type(each).__module__.startswith("_pytest.")
    ]
    return (yield)
