"""A small pod that works on real DICOM files and tells by events what it does."""

__version__ = "1.0.0"
