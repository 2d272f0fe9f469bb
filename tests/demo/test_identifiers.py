"""What may not get out of the example does not.

That is each identifier of a header or of the hospital's records, and each file's name. One of 4 or more
characters stands nowhere in what is written; where it is all digits, as a birth date is, it is no number
there (within a longer one it is chance). A shorter one, such as `1`, is no whole string there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from demo.running import Demo, Headers, Patients

# What pydicom warns of in its files is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

IDENTIFIERS = {"AccessionNumber", "OtherPatientIDs", "PatientBirthDate", "PatientID", "StudyID"}


def identifiers_of(header: pydicom.Dataset) -> Iterator[str]:
    """Return each identifier in a header, at any depth; of a person's name its parts too."""
    for element in header.iterall():
        if element.VR in {"PN", "UI"} or element.keyword in IDENTIFIERS:
            for value in element.value if element.VM > 1 else [element.value]:
                yield from {str(value or "").strip(), *re.split(r"[\^=]", str(value or ""))}


def test_no_identifier_gets_out(demo: Demo, headers: Headers, patients: Patients) -> None:
    """No identifier of a header or a record, and no file's name, is in the journal or in what is printed."""
    identifiers = {text for header in headers for text in identifiers_of(header)} - {""}
    identifiers |= {Path(str(header.filename)).stem for header in headers}
    for patient in patients.values():
        (name,) = patient["name"]
        identifiers |= {patient["id"], patient["birthDate"], name["family"], *name["given"]}

    written = demo.journal.decode() + demo.stdout + demo.stderr
    short = {each for each in identifiers if len(each) < 4}
    numbers = {each for each in identifiers - short if each.isdecimal()}
    others = identifiers - short - numbers

    assert min(len(short), len(numbers), len(others) - 250) > 5
    assert not {each for each in short if f'"{each}"' in written}
    assert not {each for each in numbers if re.search(rf"(?<!\d){each}(?!\d)", written)}
    assert not {each for each in others if each in written}
