// Package telemetry logs typed events as the same bytes as every other language of the project does.
//
// An event is any protobuf message that keeps the rules of docs/schema-rules.md: one of package eventsv1, or of a
// program's own schema. [CanonicalJSON] prints it, redacted, as docs/canonical-json.md has it. A [Logger] makes a
// record of it, as docs/record.md has it, which is on disk when the call returns.
package telemetry

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const maxSafeInteger = 1<<53 - 1

// An EncodeError says why a message has no canonical form, and where. No value is part of it.
type EncodeError struct {
	// Kind is `not_finite`, `integer_range`, `unknown_enum`, `wrong_event`, `wrong_type` for a message that is nil, or
	// `unsupported_type` (docs/canonical-json.md, section 7).
	Kind string
	// Field is the path of the field at fault, such as `missing_columns[2]`. Empty where it is the message itself.
	Field string
}

// Error returns the path and the kind.
func (e *EncodeError) Error() string { return strings.TrimPrefix(e.Field+": ", ": ") + e.Kind }

// CanonicalJSON returns the one canonical form of an event, or of any message of a schema that keeps the rules: UTF-8,
// redacted (docs/canonical-json.md). The key makes the tokens that stand for file names and persons; where it is nil
// they become `redacted`. Any error is an [*EncodeError].
func CanonicalJSON(event proto.Message, key *RedactionKey) ([]byte, error) {
	if event == nil {
		return nil, &EncodeError{Kind: "unsupported_type"}
	}
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	*e = encoder{json: e.json[:0], key: key}
	if e.message(event.ProtoReflect()); e.fault != "" {
		return nil, e.err()
	}
	return bytes.Clone(e.json), nil
}

// An encoder appends to JSON until there is a fault.
type encoder struct {
	json        []byte
	key         *RedactionKey
	limit       int    // bytes beyond which a string is cut; 0 for none
	fault, path string // the fault's kind, and where it is, with a dot before each name
}

var encoders = sync.Pool{New: func() any { return &encoder{} }}

func (e *encoder) err() *EncodeError { return &EncodeError{e.fault, strings.TrimPrefix(e.path, ".")} }

// check begins a fault where something is not right.
func (e *encoder) check(isRight bool, fault string) {
	if !isRight {
		e.fault = fault
	}
}

func (e *encoder) message(m protoreflect.Message) {
	e.json = append(e.json, '{')
	e.members(m, nil)
	e.end('}')
}

// end puts what ends something in place of the last comma.
func (e *encoder) end(what byte) { e.json = append(bytes.TrimSuffix(e.json, []byte{','}), what) }

// members appends the members of a message, a comma behind each, but for those that have a name of another's.
func (e *encoder) members(m protoreflect.Message, other protoreflect.MessageDescriptor) {
	p := planOf(m.Descriptor())
	e.check(m.IsValid(), "wrong_type")
	e.check(p.isCovered, "unsupported_type")
	for i := 0; i < len(p.fields) && e.fault == ""; i++ {
		f := &p.fields[i]
		if f.hasPresence && !m.Has(f.desc) || other != nil && other.Fields().ByName(f.desc.Name()) != nil {
			continue
		}
		e.json = append(e.json, f.member...)
		if value := m.Get(f.desc); f.isList {
			e.list(value.List(), f)
		} else {
			e.value(value, f)
		}
		e.json = append(e.json, ',')
		if e.fault != "" {
			e.path = f.path + e.path
		}
	}
}

func (e *encoder) list(values protoreflect.List, f *field) {
	e.json = append(e.json, '[')
	for i := 0; i < values.Len() && e.fault == ""; i++ {
		if e.value(values.Get(i), f); e.fault != "" {
			e.path = "[" + strconv.Itoa(i) + "]" + e.path
		}
		e.json = append(e.json, ',')
	}
	e.end(']')
}

func (e *encoder) value(value protoreflect.Value, f *field) {
	switch f.kind {
	case protoreflect.StringKind:
		e.text(value.String(), f.sensitivity)
	case protoreflect.BoolKind:
		e.json = strconv.AppendBool(e.json, value.Bool())
	case protoreflect.Uint32Kind:
		e.json = strconv.AppendUint(e.json, value.Uint(), 10)
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		e.check(-maxSafeInteger <= value.Int() && value.Int() <= maxSafeInteger, "integer_range")
		e.json = strconv.AppendInt(e.json, value.Int(), 10)
	case protoreflect.DoubleKind:
		e.check(!math.IsNaN(value.Float()) && !math.IsInf(value.Float(), 0), "not_finite")
		e.json = appendDouble(e.json, value.Float())
	case protoreflect.EnumKind:
		text, isKnown := f.texts[value.Enum()]
		e.check(isKnown, f.textless)
		e.json = append(e.json, text...)
	case protoreflect.MessageKind:
		e.message(value.Message())
	default:
		e.fault = "unsupported_type"
	}
}

// appendDouble prints a double as ECMAScript does (docs/canonical-json.md, section 5).
func appendDouble(json []byte, n float64) []byte {
	format, size := byte('f'), math.Abs(n)
	if size >= 1e21 || size < 1e-6 && n != 0 {
		format = 'e'
	}
	// To add zero makes zero of negative zero. Go pads an exponent to two digits, which only one below zero needs.
	return append(json, strings.Replace(strconv.FormatFloat(n+0, format, -1, 64), "e-0", "e-", 1)...)
}

// appendString prints a well-formed string in quotes (docs/canonical-json.md, section 6).
func appendString(json []byte, s string) []byte {
	json = append(json, '"')
	done := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			json = append(json, s[done:i]...)
			if short := strings.IndexByte("\b\t\n\f\r\"\\", c); short >= 0 {
				json = append(json, '\\', `btnfr"\`[short])
			} else {
				json = fmt.Appendf(json, `\u%04x`, c)
			}
			done = i + 1
		}
	}
	return append(append(json, s[done:]...), '"')
}
