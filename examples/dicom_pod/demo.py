"""Runs a pod, a modeller, a hub and a FHIR server for two tasks, and prints which events that gave."""

import os
import secrets
import sys
from pathlib import Path

import pydicom

from dicom_pod import __version__
from dicom_pod.dataset import DICOMSource
from dicom_pod.ehr import FHIRR4Config
from dicom_pod.fhir_server import FHIRServer
from dicom_pod.hub import Hub
from dicom_pod.modeller import Modeller
from dicom_pod.pod import Pod
from dicom_pod.report import print_report
from dicom_pod.server import serving
from dicom_pod.task import Task
from telemetry_events import RedactionKey, setup_telemetry, shutdown_telemetry

__all__ = ["main"]

SERVICE = "dicom-pod"
# The files that pydicom's package brings. Its own look-up of them would download what is not there.
FILES = Path(pydicom.__file__).parent / "data" / "test_files"
PATIENTS = Path(__file__).parent / "patients.json"

TASKS = (
    Task(
        project_id="pixel-atlas",
        modeller_username="a.modeller",
        modalities=("CT", "MR", "OT", "RTDOSE", "RTPLAN", "US"),
        batch_size=16,
        strict=False,
    ),
    Task(
        project_id="mr-quality",
        modeller_username="a.modeller",
        modalities=("MR",),
        batch_size=16,
        strict=True,
    ),
)


def main() -> int:
    """Run the example; the journal goes into the folder that the command line names, else into this one."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "journal"
    # A site keeps one key, in TELEMETRY_EVENTS_KEY. Here nothing is to be found again in the next run.
    key = RedactionKey("demo", secrets.token_bytes(32))
    setup_telemetry(service=SERVICE, env="demo", version=__version__, directory=folder, key=key)
    try:
        work()
    finally:
        shutdown_telemetry()
    print_report(max(folder.glob(f"{SERVICE}-{os.getpid()}-*")), folder)
    return 0


def work() -> None:
    """Have two tasks run on pydicom's files: one that leaves out damaged files, and one that does not."""
    with serving(Hub(), FHIRServer(PATIENTS)) as server:
        ehr = FHIRR4Config(f"{server}/fhir", client_id="pod-1", client_secret=secrets.token_urlsafe())
        pod = Pod("pod-1", server, DICOMSource("pydicom-files", FILES), ehr)
        pod.start()
        modeller = Modeller(server)
        for request in TASKS:
            task_id = modeller.submit(request)
            accepted = pod.accept()
            modeller.hear_acceptances(task_id)
            for task in accepted:
                pod.run(task)
