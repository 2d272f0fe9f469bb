"""What the tests of the example share: a run of it, and what pydicom and the hospital's records say."""

import json
from pathlib import Path

import pydicom
import pytest
from demo.running import EXAMPLE, Demo, Headers, Patients, run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The example, run once."""
    return run(tmp_path_factory.mktemp("demo"), "-m", "dicom_pod", ".")


@pytest.fixture(scope="session")
def headers() -> Headers:
    """What pydicom reads in the files of its package."""
    files = (Path(pydicom.__file__).parent / "data" / "test_files").rglob("*.dcm")
    return [pydicom.dcmread(file, force=True) for file in files]


@pytest.fixture(scope="session")
def first(headers: Headers) -> Headers:
    """The headers that the first task selects."""
    modalities = {"CT", "MR", "OT", "RTDOSE", "RTPLAN", "US"}
    return [each for each in headers if each.get("Modality") in modalities and "PixelData" in each]


@pytest.fixture(scope="session")
def patients() -> Patients:
    """The patients of the hospital's record system, who are all of age, by identifier."""
    entries = json.loads((EXAMPLE / "patients.json").read_text())["entry"]
    return {each["resource"]["identifier"][0]["value"]: each["resource"] for each in entries}
