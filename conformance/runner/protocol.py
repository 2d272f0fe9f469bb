"""What runner and executor say to each other: protobuf messages, each behind its length as a varint.

The messages are those of executor.proto, as Google's classes.
"""

from typing import Any, NamedTuple

import oracle

__all__ = ["Answer", "Request", "Response", "answer_of", "delimited", "request", "take"]

_PACKAGE = "telemetry_conformance.executor.v1"
Request: Any = oracle.message_class(f"{_PACKAGE}.Request")
Response: Any = oracle.message_class(f"{_PACKAGE}.Response")


class Answer(NamedTuple):
    """What an executor says of a message: bytes, or the kind of an error and the field at fault."""

    what: str
    value: bytes | tuple[str, str] | str

    def __repr__(self) -> str:
        """Show long bytes by their ends."""
        shown = repr(self.value)
        if len(shown) > 4000:
            shown = f"{shown[:2000]} …{len(shown) - 4000} more… {shown[-2000:]}"
        return f"{self.what} {shown}"


def request(
    name: str,
    kind: str,
    message: bytes,
    key: oracle.Key | None = None,
    record: tuple[Any, Any] | None = None,
) -> Any:
    """Return a request; `record` is an envelope and a context, as messages of Google's."""
    asked = Request(name=name, type=kind, message=message)
    if key:
        asked.key.id, asked.key.secret = key
    if record:
        envelope, context = record
        asked.record.envelope.CopyFrom(envelope)
        asked.record.context.CopyFrom(context)
    return asked


def answer_of(response: Any) -> Answer:
    """Return what a response says."""
    what = response.WhichOneof("result") or "crash"
    if what == "error":
        return Answer(what, (response.error.kind, response.error.field))
    return Answer(what, getattr(response, what))


def delimited(message: Any) -> bytes:
    """Return a message behind its length."""
    body: bytes = message.SerializeToString()
    length, head = len(body), bytearray()
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + body


def take(buffer: bytearray) -> bytes | None:
    """Take the first whole message, without its length, from the front of a buffer; None if there is none."""
    length = shift = 0
    for place, byte in enumerate(buffer[:5]):
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            end = place + 1 + length
            if len(buffer) < end:
                return None
            body = bytes(buffer[place + 1 : end])
            del buffer[:end]
            return body
    if len(buffer) >= 5:
        raise ValueError("no length begins here")
    return None
