"""The way to the receiver: the official exporter, and what has become of what it was given."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypedDict, cast

import requests
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, attach, detach, set_value
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExportResult

from telemetry_events.delivery.outcome import Outcome, outcome_of

__all__ = ["Answer", "Exporting", "OTLPOptions"]


class OTLPOptions(TypedDict, total=False):
    """What the exporter is made with. Else the environment's OTEL_EXPORTER_OTLP_… says it."""

    endpoint: str | None
    headers: dict[str, str] | None
    certificate_file: str | None
    timeout: float | None


@dataclass(frozen=True)
class Answer:
    """What came of a request: its outcome, why in a few words, and how many records were rejected."""

    outcome: Outcome
    reason: str
    rejected: int = 0


class Exporting:
    """Posts batches, one at a time. Raises whatever the exporter raises for what cannot be used.

    The exporter tells nothing but success, to which a redirect counts, or failure. The session that it is
    given sees each answer.
    """

    def __init__(self, options: OTLPOptions) -> None:
        self._options = options
        # Status, and how many records were rejected, of each answer to the present request.
        self._answers: list[tuple[int, int]] = []
        self._session = requests.Session()
        self._exporter: OTLPLogExporter | None = self._make()

    def _make(self) -> OTLPLogExporter:
        self._session = session = requests.Session()
        session.hooks["response"] = [self._note]
        return OTLPLogExporter(**self._options, session=session)

    def post(self, batch: Sequence[ReadableLogRecord]) -> Answer:
        """Send a batch. What is instrumented is told that this is telemetry itself."""
        exporter = self._exporter = self._exporter or self._make()
        self._answers.clear()
        token = attach(set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
        try:
            is_taken = exporter.export(batch) is LogRecordExportResult.SUCCESS
        finally:
            detach(token)
        status, rejected = self._answers[-1] if self._answers else (0, 0)
        if is_taken and status == 200:
            return Answer(Outcome.DELIVERED, str(status), rejected)
        if not status:
            return Answer(Outcome.RETRY, "no answer")
        return Answer(Outcome.HOLD if status == 202 else outcome_of(status), str(status))

    def cut_off(self) -> None:
        """End what another thread has under way: the exporter tries nothing again."""
        self.close()

    def close(self) -> None:
        """Close the connection. The next request opens another."""
        exporter, self._exporter = self._exporter, None
        if exporter is not None:
            # As the interpreter ends, urllib3 leaves its connections to be closed by nobody.
            for adapter in self._session.adapters.values():
                pools = cast("Any", adapter).poolmanager.pools
                for key in list(pools.keys()):
                    pools[key].close()
            cast("Any", exporter).shutdown()

    def _note(self, response: requests.Response, *_: Any, **__: Any) -> None:
        rejected = 0
        if response.status_code == 200:
            with suppress(Exception):  # it may be anybody who answers
                said = ExportLogsServiceResponse.FromString(response.content)
                rejected = said.partial_success.rejected_log_records
        self._answers.append((response.status_code, rejected))
