"""Runs the example: `python -m dicom_pod FOLDER`."""

import sys

# The import is part of what Ctrl-C may interrupt: numpy and pydicom take longer than the work.
try:
    from dicom_pod.demo import main

    sys.exit(main())
except KeyboardInterrupt:
    sys.exit(130)
