"""Writes a journal of three events in turn, as a program does that ends with nothing delivered."""

import random
import sys
from uuid import UUID

from logging_contenders.sites import ENV, HOSTNAME, SERVICE, VERSION

from telemetry_events import (
    BatchProgressEvent,
    TaskAcceptedEvent,
    TrialFilterSummaryEvent,
    setup_telemetry,
    telemetry_logger,
)

SEED = 20261127


def main(directory: str, events: int) -> None:
    """Log so many events, whose values differ as those of a program do."""
    setup_telemetry(
        service=SERVICE, env=ENV, version=VERSION, hostname=HOSTNAME, directory=directory, ship="none"
    )
    draw = random.Random(SEED)  # noqa: S311 (values, and no secret)
    for number in range(events):
        if number % 3 == 0:
            telemetry_logger.info(BatchProgressEvent(draw.choice(("ResultsOnly", "Training")), number))
        elif number % 3 == 1:
            telemetry_logger.info(
                TaskAcceptedEvent(
                    task_id=str(UUID(int=draw.getrandbits(128))),
                    pod_name=f"pod-{draw.randrange(100)}",
                    modeller_username=f"dr.{draw.getrandbits(32):08x}",
                    datasource_type="DICOMSource",
                    app_version=VERSION,
                    datetime=f"2026-11-23T10:{draw.randrange(60):02}:{draw.randrange(60):02}.000Z",
                )
            )
        else:
            telemetry_logger.info(
                TrialFilterSummaryEvent(
                    step="filter",
                    filter_name=f"age_between_{draw.randrange(100)}",
                    rows_matched=draw.randrange(100_000),
                    rows_failed=draw.randrange(10_000),
                    rows_missing=draw.randrange(100),
                    matching_column_count=draw.randrange(10),
                    missing_columns=["Patient Age", "Study Date"],
                )
            )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
