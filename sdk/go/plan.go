package telemetry

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

// A plan is what there is to know of a message's type before a message is printed.
type plan struct {
	fields    []field // in the order of their members
	name      string  // the text that an event is bound to; empty for what is no event
	isCovered bool    // by the form
}

// A field is what there is to know of one field before its value is printed.
type field struct {
	desc                protoreflect.FieldDescriptor
	path, member        string            // `.task_id`, and how its member begins: `"task_id":`
	kind                protoreflect.Kind // zero for what the form does not cover
	isList, hasPresence bool
	sensitivity         eventsv1.Sensitivity
	texts               map[protoreflect.EnumNumber]string // in quotes
	textless            string                             // the kind of error that a number without a text is
}

var plans sync.Map // of *plan, by protoreflect.MessageDescriptor

// planOf returns the plan of a message's type. What breaks one of the rules that the form depends on is not covered
// (docs/schema-rules.md).
func planOf(m protoreflect.MessageDescriptor) *plan {
	if found, ok := plans.Load(m); ok {
		return found.(*plan)
	}
	p := &plan{}
	letters, isEvent := strings.CutSuffix(string(m.Name()), "Event")
	for i := range m.Fields().Len() {
		f := newField(m.Fields().Get(i))
		for number, text := range f.texts {
			name := strings.Trim(text, `"`)
			if isEvent && f.path == ".event" && strings.EqualFold(strings.ReplaceAll(name, "_", ""), letters) {
				p.name, f.texts, f.textless = name, map[protoreflect.EnumNumber]string{0: text, number: text}, "wrong_event"
			}
		}
		p.fields = append(p.fields, f)
	}
	slices.SortFunc(p.fields, func(a, b field) int { return cmp.Compare(a.path, b.path) })
	file := m.ParentFile()
	p.isCovered = file.Syntax() == protoreflect.Proto3 && file.Package() != "google.protobuf" && isEvent == (p.name != "")
	plans.Store(m, p)
	return p
}

func newField(d protoreflect.FieldDescriptor) field {
	name, oneof := string(d.Name()), d.ContainingOneof()
	f := field{desc: d, path: "." + name, member: `"` + name + `":`, kind: d.Kind(), isList: d.IsList(), hasPresence: d.HasPresence()}
	f.sensitivity, _ = proto.GetExtension(d.Options(), eventsv1.E_Sensitivity).(eventsv1.Sensitivity)
	if f.kind == protoreflect.EnumKind {
		f.texts, f.textless = map[protoreflect.EnumNumber]string{}, "unknown_enum"
		values := d.Enum().Values()
		prefix := strings.TrimSuffix(string(values.Get(0).Name()), "UNSPECIFIED")
		for i := range values.Len() {
			text := strings.ToLower(strings.TrimPrefix(string(values.Get(i).Name()), prefix))
			f.texts[values.Get(i).Number()] = `"` + text + `"`
		}
	}
	// A string that is not classified might name a patient.
	if d.IsMap() || oneof != nil && !oneof.IsSynthetic() || f.kind == protoreflect.StringKind && f.sensitivity == 0 {
		f.kind = 0
	}
	return f
}
