"""What the tests of the instruments share: those of the record."""

from record.conftest import journal, pytest_runtest_call, shared_journal

__all__ = ["journal", "pytest_runtest_call", "shared_journal"]
