package telemetry

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

const (
	lineLimit, stringLimit = 900_000, 16_384 // bytes (docs/record.md, section 7)
	longestSeq             = "9007199254740991"
)

// RecordLine returns a record's line, with its line feed (docs/record.md, sections 1 and 7). Where the event is nil it
// is that of a plain message, whose text is the envelope's; else the envelope's message is the event's name, and an
// event that cannot be recorded is replaced. An error is one of the envelope, and an [*EncodeError].
func RecordLine(envelope *eventsv1.TelemetryEnvelope, context *eventsv1.TelemetryContext, event proto.Message, key *RedactionKey) ([]byte, error) {
	if _, err := CanonicalJSON(envelope, nil); err != nil {
		return nil, err
	}
	line, _ := record{proto.CloneOf(envelope), context, event}.line(nil, key)
	return line, nil
}

// A record is what a line is made of. That of a plain message has no event.
type record struct {
	envelope *eventsv1.TelemetryEnvelope
	context  *eventsv1.TelemetryContext
	event    proto.Message
}

// line appends a record's line to dst. It writes to the envelope. The error says why it is not that of the event.
func (r record) line(dst []byte, key *RedactionKey) (line []byte, err *EncodeError) {
	for range 2 {
		e := encoder{json: dst, key: key}
		if e.record(r); e.fault == "too_long" {
			e = encoder{json: dst, key: key, limit: stringLimit}
			e.record(r)
		}
		if line = e.json; e.fault == "" {
			break
		}
		err = e.err()
		kind := eventsv1.TelemetryErrorKind_value["TELEMETRY_ERROR_KIND_"+strings.ToUpper(err.Kind)]
		invalid := &eventsv1.TelemetryInvalidEvent{InvalidField: err.Field, ErrorKind: eventsv1.TelemetryErrorKind(kind)}
		if r.event != nil {
			invalid.InvalidEvent = r.envelope.Message
		}
		r.event = invalid
	}
	return line, err
}

func (e *encoder) record(r record) {
	defer func() {
		if recover() != nil { // what is only like a message may do anything
			e.fault = "unspecified"
		}
	}()
	var theirs protoreflect.MessageDescriptor
	if r.event != nil {
		r.envelope.Message = ""
		theirs = r.event.ProtoReflect().Descriptor()
		r.envelope.Message = planOf(theirs).name
		e.check(r.envelope.Message != "", "unsupported_type")
	}
	r.envelope.Message = cut(wellFormed(r.envelope.Message), e.limit)
	head := encoder{json: append(e.json, '{')} // of which no other string is cut
	head.members(r.envelope.ProtoReflect(), nil)
	if e.json = head.json; r.context != nil && e.fault == "" {
		e.members(r.context.ProtoReflect(), theirs)
	}
	if r.event != nil && e.fault == "" {
		e.members(r.event.ProtoReflect(), nil)
	}
	e.end('}')
	e.json = append(e.json, '\n')
	// A line is too long, or is not, whatever its number.
	if length := len(e.json) + len(longestSeq) - len(strconv.FormatInt(r.envelope.Seq, 10)); length > lineLimit && e.fault == "" {
		e.fault = "too_long"
	}
}

// cut returns a well-formed string as a line has it that would be too long otherwise (docs/record.md, 7.2).
func cut(s string, limit int) string {
	if limit == 0 || len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…[cut from " + strconv.Itoa(len(s)) + " bytes]"
}
