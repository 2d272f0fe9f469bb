"""The hospital's record system: as much of a FHIR R4 server as a pod asks for."""

import json
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from dicom_pod.server import Reply, Request

__all__ = ["FHIRServer"]

# A real token lives for minutes. This one is spent after so many requests, so that each run sees one expire.
TOKEN_REQUESTS = 2

Resource = dict[str, Any]


class FHIRServer:
    """A server that answers searches for patients out of a bundle in a file."""

    def __init__(self, bundle: Path) -> None:
        entries: list[Resource] = json.loads(bundle.read_text())["entry"]
        self._patients = {
            identifier["value"]: entry["resource"]
            for entry in entries
            for identifier in entry["resource"]["identifier"]
        }
        self._token = ""
        self._requests_left = 0

    def answer(self, request: Request) -> Reply | None:
        """Answer what is asked of a FHIR server, below /fhir."""
        match request.method, request.path:
            case "GET", ["fhir", "metadata"]:
                return Reply({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"})
            case "POST", ["fhir", "token"]:
                self._token = secrets.token_urlsafe()
                self._requests_left = TOKEN_REQUESTS
                return Reply({"access_token": self._token, "token_type": "Bearer"})
            case "POST", ["fhir", "Patient", "_search"]:
                if request.authorization != f"Bearer {self._token}" or self._requests_left == 0:
                    return Reply({"resourceType": "OperationOutcome"}, 401)
                self._requests_left -= 1
                return Reply(self._search(parse_qs(request.body.decode())))
            case _:
                return None

    def _search(self, query: dict[str, list[str]]) -> Resource:
        """Return the patients that have one of the identifiers that are asked for."""
        asked = query["identifier"][0].split(",")
        found = [self._patients[identifier] for identifier in asked if identifier in self._patients]
        entries = [{"resource": patient, "search": {"mode": "match"}} for patient in found]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}
