"""The pod's client of a FHIR R4 server."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.error import HTTPError

from dicom_pod.wire import get, post_form
from telemetry_events import EHRSessionInitialisedEvent, EHRTokenRefreshedEvent, telemetry_logger
from telemetry_events.instrument import log_execution_time

__all__ = ["FHIRClient", "FHIRR4Config", "Patient", "UnsupportedFHIRError"]

UNAUTHORISED = 401


class UnsupportedFHIRError(Exception):
    """The server speaks another version of FHIR than R4."""


@dataclass(frozen=True)
class FHIRR4Config:
    """How a pod reaches its hospital's FHIR R4 server."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Patient:
    """What the pod uses of a patient's record. Its repr shows none of it."""

    identifiers: tuple[str, ...] = field(repr=False)
    birth_date: date = field(repr=False)

    def age(self, day: date) -> int:
        """Return the age in whole years on a day."""
        birth = self.birth_date
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


class FHIRClient:
    """A session with a FHIR R4 server, from construction on."""

    def __init__(self, config: FHIRR4Config) -> None:
        self.config = config
        self.config_type = type(config).__name__
        version = get(f"{config.url}/metadata")["fhirVersion"]
        if not version.startswith("4.0"):
            raise UnsupportedFHIRError(version)
        self._token = self._new_token()
        telemetry_logger.info(EHRSessionInitialisedEvent(self.config_type))

    @log_execution_time
    def patients(self, identifiers: Iterable[str]) -> list[Patient]:
        """Return the patients that are known under one of the identifiers."""
        # A search by POST: the identifiers of a GET would stand in the access logs on the way.
        fields = {"identifier": ",".join(sorted(identifiers))}
        try:
            bundle = self._search(fields)
        except HTTPError as error:
            error.close()
            if error.code != UNAUTHORISED:
                raise
            self._token = self._new_token()
            telemetry_logger.info(EHRTokenRefreshedEvent(self.config_type))
            bundle = self._search(fields)
        return [_patient(entry["resource"]) for entry in bundle["entry"]]

    def _search(self, fields: dict[str, str]) -> Any:
        return post_form(f"{self.config.url}/Patient/_search", fields, self._token)

    def _new_token(self) -> str:
        credentials = {
            "grant_type": "client_credentials",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret,
        }
        token: str = post_form(f"{self.config.url}/token", credentials)["access_token"]
        return token


def _patient(resource: dict[str, Any]) -> Patient:
    identifiers = tuple(identifier["value"] for identifier in resource["identifier"])
    return Patient(identifiers, date.fromisoformat(resource["birthDate"]))
