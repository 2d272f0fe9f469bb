"""The schema worker, a Prefect worker on the platform: it describes a dataset to the hub."""

from collections import Counter
from dataclasses import asdict, dataclass

from dicom_pod.clock import now
from dicom_pod.dataset import DICOMSource
from dicom_pod.wire import post
from telemetry_events import (
    SchemaGenerationEndEvent,
    SchemaGenerationStartEvent,
    SchemaInitiationSource,
    SchemaUploadSuccessEvent,
    telemetry_logger,
)
from telemetry_events.instrument import log_execution_time

__all__ = ["Schema", "generate", "upload"]

INITIATION = SchemaInitiationSource.PREFECT_SCHEMA_WORKER


@dataclass(frozen=True)
class Schema:
    """Which columns a dataset has, and in how many of its records. It holds no value of any."""

    dataset_id: str
    records: int
    columns: dict[str, int]


@log_execution_time
def generate(source: DICOMSource) -> Schema:
    """Describe the headers of a data source."""
    telemetry_logger.info(SchemaGenerationStartEvent(source.name, INITIATION, now()))
    columns = Counter(column for record in source.records for column in record.columns)
    schema = Schema(source.name, len(source.records), dict(sorted(columns.items())))
    telemetry_logger.info(SchemaGenerationEndEvent(source.name, INITIATION, now()))
    return schema


def upload(schema: Schema, hub: str) -> None:
    """Upload a schema to the hub; raise `HTTPError` when it is refused."""
    accepted = post(f"{hub}/schemas", asdict(schema))
    telemetry_logger.info(SchemaUploadSuccessEvent(schema.dataset_id, accepted["records"], now()))
