"""docs/security.md names a test for each claim, and the tests are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
# Claim, how it is kept, and tests; but for the table's head and the headings within it.
ROW = re.compile(r"^\| (?!\*\*|---|claim)(.+?) \| (.+?) \| (.*) \|$", re.M)


def test_what_it_points_to_is_there() -> None:
    """Each link of the page leads to a file, and each name of a test to one in the file named before."""
    text = PAGE.read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!#)([^)]+)\)", text)]
    assert not [link for link in links if not (PAGE.parent / link).exists()]
    files: dict[str, Path] = {}
    last = ""
    for link, file, name in re.findall(r"\]\(([^)]+\.py)\)|`(test_\w+\.py)::|::(test_\w+)", text):
        if link:
            files[Path(link).name] = PAGE.parent / link
        last = Path(link).name or file or last
        assert not name or f"def {name}(" in files[last].read_text(), f"{last}::{name}"


def test_each_claim_has_a_test() -> None:
    """No row of the table of claims is without one."""
    table = PAGE.read_text().partition("## What is promised")[2].partition("\n## ")[0]
    rows = ROW.findall(table)

    assert len(rows) >= 20
    assert not [claim for claim, _, tests in rows if not re.search(r"test_\w+\.py", tests)]
