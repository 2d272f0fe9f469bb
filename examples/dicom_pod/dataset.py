"""The pod's data source: a folder of DICOM files."""

import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread  # pyright: ignore[reportUnknownVariableType]
from pydicom.datadict import dictionary_description

from dicom_pod.clock import now
from telemetry_events import DatasetConnectedEvent, MissingColumnEvent, telemetry_logger

__all__ = ["PIXEL_DATA", "DICOMSource", "DamagedFileError", "MissingDecoderError", "Record"]

PIXEL_DATA = "Pixel Data"
YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}


class DamagedFileError(Exception):
    """A file's pixel data is not what its header says."""


class MissingDecoderError(Exception):
    """No decoder is installed for the compression of a file's pixel data."""


@dataclass(frozen=True)
class Record:
    """What the pod keeps of a file's header. Its repr shows nothing that tells a patient."""

    path: Path = field(repr=False)
    columns: frozenset[str] = field(repr=False)
    patient_id: str = field(repr=False)
    study_uid: str = field(repr=False)
    modality: str
    age_years: float | None
    slice_mm: float | None


class DICOMSource:
    """The DICOM files below a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self.files: list[Path] = []

    def connect(self) -> None:
        """Find the files; raise `FileNotFoundError` when there are none."""
        self.files = sorted(self._folder.rglob("*.dcm"))
        if not self.files:
            raise FileNotFoundError(self._folder)
        telemetry_logger.info(DatasetConnectedEvent(self.name, type(self).__name__, now()))

    @cached_property
    def records(self) -> list[Record]:
        """The headers of all files, read once. A file without pixel data is reported, and kept."""
        records = [_record(path) for path in self.files]
        for record in records:
            if PIXEL_DATA not in record.columns:
                telemetry_logger.info(MissingColumnEvent(str(record.path), PIXEL_DATA))
        return records

    def pixels(self, record: Record) -> NDArray[Any]:
        """Return the pixels of a file; raise `DamagedFileError` or `MissingDecoderError`."""
        with _telling_of_warnings():
            try:
                return np.asarray(dcmread(record.path, force=True).pixel_array)
            except RuntimeError as error:
                raise MissingDecoderError(f"{record.path}: {error}") from error
            except (AttributeError, ValueError) as error:
                raise DamagedFileError(f"{record.path}: {error}") from error


def _record(path: Path) -> Record:
    with _telling_of_warnings():
        # Some files lack the preamble that a DICOM file starts with, and are read all the same.
        header = dcmread(path, force=True)
        thickness = _text(header, "SliceThickness")
        return Record(
            path=path,
            columns=frozenset(dictionary_description(each.tag) for each in header if each.keyword),
            patient_id=_text(header, "PatientID"),
            study_uid=_text(header, "StudyInstanceUID"),
            modality=_text(header, "Modality"),
            age_years=_years(_text(header, "PatientAge")),
            slice_mm=float(thickness) if thickness else None,
        )


def _text(header: Dataset, keyword: str) -> str:
    value = header.get(keyword)
    return "" if value is None else str(value).strip()


def _years(age: str) -> float | None:
    """Return an age string of DICOM, such as `042Y` or `003M`, in years."""
    match = re.fullmatch(r"(\d{3})([DWMY])", age)
    return int(match[1]) * YEARS[match[2]] if match else None


@contextmanager
def _telling_of_warnings() -> Generator[None]:
    """Log how often pydicom warned, and not what: its warnings quote the values of headers."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    if caught:
        telemetry_logger.warning("warnings of pydicom: %d", len(caught))
