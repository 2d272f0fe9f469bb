"""The vectors as the runner asks them: conformance/README.md says what their members mean."""

import json
from typing import Any

import oracle
from google.protobuf.json_format import ParseDict

__all__ = ["TEXTS", "VECTORS", "Vector", "errors", "message", "secret", "wire"]

Vector = dict[str, Any]

# The vectors' files, by their topics.
TEXTS = {
    file.stem: file.read_text("utf-8")
    for file in sorted((oracle.ROOT / "conformance" / "vectors").glob("*.json"))
}
VECTORS: list[Vector] = [vector for text in TEXTS.values() for vector in json.loads(text)["vectors"]]


def message(vector: Vector) -> Any:
    """Return a vector's message, read by Google's protobuf."""
    kind = oracle.message_class(vector["type"])
    if "wire" in vector:
        return kind.FromString(bytes.fromhex(vector["wire"]))
    return ParseDict(vector["event"], kind())


def wire(vector: Vector) -> bytes:
    """Return a vector's message as it is on the wire."""
    return bytes.fromhex(vector["wire"]) if "wire" in vector else message(vector).SerializeToString()


def secret(vector: Vector) -> oracle.Key | None:
    """Return a vector's key."""
    return (
        oracle.Key(vector["key"]["id"], bytes.fromhex(vector["key"]["secret"])) if "key" in vector else None
    )


def errors(vector: Vector) -> set[tuple[str, str]]:
    """Return the errors, as kind and field, of which a vector expects one."""
    expected = vector.get("errors") or [vector["error"]]
    return {(error["kind"], error["field"]) for error in expected}
