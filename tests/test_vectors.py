"""Every conformance vector holds for the encoder and for the oracle, and the vectors cover the document."""

import json
import re
import unicodedata
from types import ModuleType
from typing import Any

import oracle
import pytest
import rfc8785
from runner.vectors import TEXTS, VECTORS, Vector, errors, message, secret, wire

from telemetry_events import EncodeError, RedactionKey, canonical_json, v1
from telemetry_events.message import TelemetryMessage

DOCUMENT = (oracle.ROOT / "docs" / "canonical-json.md").read_text("utf-8")
# A decision's number, and its text up to the next decision, table or section.
DECISIONS = dict(
    re.findall(r"^- \*\*(\d+\.\d+)\*\* (.*?)(?=\n[-|#\n]|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
)

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
each_topic = pytest.mark.parametrize("topic", TEXTS)


def typed_class(name: str, kitchen_sink: ModuleType) -> type[TelemetryMessage]:
    """Return our own class for the full name of a message."""
    package, _, message_name = name.rpartition(".")
    found: type[TelemetryMessage] = getattr(
        v1 if package == "telemetry_events.v1" else kitchen_sink, message_name
    )
    return found


@each_vector
def test_encoder(vector: Vector, kitchen_sink: ModuleType) -> None:
    """The encoder prints the canonical text, byte for byte, or reports the error."""
    event = typed_class(vector["type"], kitchen_sink).parse(wire(vector))
    key = RedactionKey(*pair) if (pair := secret(vector)) else None

    if "canonical" in vector:
        assert vector["canonical"].encode() == canonical_json(event, key)
    else:
        with pytest.raises(EncodeError) as caught:
            canonical_json(event, key)
        assert (caught.value.kind, caught.value.field) in errors(vector)


@each_vector
def test_oracle(vector: Vector) -> None:
    """The oracle prints the canonical text, byte for byte, or finds the very errors."""
    key = secret(vector)

    if "canonical" in vector:
        assert vector["canonical"].encode() == oracle.canonical(message(vector), key)
    else:
        with pytest.raises(oracle.NoCanonicalFormError) as caught:
            oracle.canonical(message(vector), key)
        assert errors(vector) == caught.value.faults


@each_vector
def test_vector_is_well_formed(vector: Vector) -> None:
    """A vector has one input, one outcome, a decision of the document and a reason in one sentence."""
    members = vector.keys() - {"key"}
    given, outcome = members & {"event", "wire"}, members & {"canonical", "error", "errors"}

    assert members == {"name", "why", "decision", "type"} | given | outcome
    assert (len(given), len(outcome)) == (1, 1)
    assert vector["decision"] in DECISIONS
    assert re.fullmatch(r"\S.*\.", vector["why"])
    assert vector.get("wire", "") == bytes.fromhex(vector.get("wire", "")).hex()


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if "canonical" in vector], ids=lambda vector: vector["name"]
)
def test_canonical_text_is_rfc_8785(vector: Vector) -> None:
    """A canonical text, read by the standard library and printed by `rfc8785`, comes out as itself."""
    value = json.loads(vector["canonical"], parse_int=float)

    assert vector["canonical"].encode() == rfc8785.dumps(value)


@each_topic
def test_file_is_formatted(topic: str) -> None:
    """A file is laid out one way, says its topic, and shows what is invisible as an escape."""
    content = json.loads(TEXTS[topic])

    assert formatted(content) == TEXTS[topic]
    assert (topic, ["topic", "vectors"]) == (content["topic"], list(content))


def formatted(content: Any) -> str:
    """Print as the vectors' files are: letters, marks of punctuation and symbols stand for themselves."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    shown = (c if c in " \n" or unicodedata.category(c)[0] in "LNPS" else json.dumps(c)[1:-1] for c in text)
    return "".join(shown) + "\n"


def test_names() -> None:
    """Each vector has a name of its own, the topic before it."""
    names = [vector["name"] for vector in VECTORS]

    assert len(set(names)) == len(names)
    for topic, text in TEXTS.items():
        for vector in json.loads(text)["vectors"]:
            assert re.fullmatch(topic + r"/[a-z0-9]+(-[a-z0-9]+)*", vector["name"])


def test_example_of_the_readme() -> None:
    """The vector that the README shows is one of them."""
    readme = (oracle.ROOT / "conformance" / "README.md").read_text("utf-8")

    assert json.loads(readme.partition("```json\n")[2].partition("```")[0]) in VECTORS


def test_there_are_many_vectors() -> None:
    """There are at least 150 vectors beside the examples of events."""
    assert len([vector for vector in VECTORS if not vector["name"].startswith("events/")]) >= 150


def test_topics_are_those_of_the_document() -> None:
    """The document links each file, but for the examples of events, at the head of its section."""
    linked = re.findall(r"conformance/vectors/([a-z-]+)\.json", DOCUMENT)

    assert {*linked, "events"} == TEXTS.keys()


def test_decisions_stand_in_their_topics_section() -> None:
    """A vector's decision is one of the section that links its topic."""
    sections = re.split(r"^## (?=\d)", DOCUMENT, flags=re.MULTILINE)[1:]
    linked = {
        (section.partition(".")[0], topic)
        for section in sections
        for topic in re.findall(r"vectors/([a-z-]+)\.json", section)
    }

    found = {(vector["decision"].partition(".")[0], vector["name"].partition("/")[0]) for vector in VECTORS}

    assert linked == {pair for pair in found if pair[1] != "events"}


def test_every_decision_has_a_vector() -> None:
    """Every decision of the document has a vector, but for those that no wire format can bring about."""
    native = {number for number, text in DECISIONS.items() if "*(native)*" in text}

    assert native == {"5.3", "6.5", "6.6"}
    assert DECISIONS.keys() - native == {vector["decision"] for vector in VECTORS}


def test_every_error_has_a_vector() -> None:
    """Every kind of error of the document has a vector, but for those that no wire format can bring about."""
    table = re.findall(r"^\| `(\w+)` \|(?!.*\*\(native\)\*)", DOCUMENT, re.MULTILINE)

    assert set(table) == {kind for v in VECTORS if "canonical" not in v for kind, _ in errors(v)}
