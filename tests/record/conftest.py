"""What the tests of the record share: a journal of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from record.alone import pytest_runtest_call  # noqa: F401 (a hook)
from record.journals import Journal, recording


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal that this process writes."""
    with recording(tmp_path) as journal:
        yield journal


@pytest.fixture(scope="module")
def shared_journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """A journal for all tests of a file, and for all examples of each."""
    with recording(tmp_path_factory.mktemp("journal")) as journal:
        yield journal
