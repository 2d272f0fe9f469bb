package telemetry_test

import (
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/timestamppb" // which a schema below imports
)

// wrongType returns the type of a message that has one field, which breaks a rule of schemas.
func wrongType(t *testing.T, field string) protoreflect.MessageDescriptor {
	t.Helper()
	file := &descriptorpb.FileDescriptorProto{}
	if err := prototext.Unmarshal([]byte(`
		name: "wrong.proto" package: "wrong.v1" syntax: "proto3" dependency: "google/protobuf/timestamp.proto"
		message_type {
			name: "M" oneof_decl { name: "choice" }
			field { json_name: "a" `+field+` }
			field { json_name: "b" name: "b" number: 2 type: TYPE_INT32 oneof_index: 0 }
			nested_type {
				name: "AEntry" options { map_entry: true }
				field { name: "key" json_name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
				field { name: "value" json_name: "value" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL }
			}
		}
		message_type { name: "WrongEvent" }`), file); err != nil {
		t.Fatal(err)
	}
	found, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return found.Messages().ByName("M")
}

// set gives a field a value that is not its zero.
func set(m *dynamicpb.Message, field protoreflect.FieldDescriptor) {
	switch {
	case field.IsMap():
		m.Mutable(field).Map().Set(protoreflect.ValueOfString("DOE^JANE").MapKey(), protoreflect.ValueOfInt32(1))
	case field.IsList():
		m.Mutable(field).List().Append(protoreflect.ValueOfString("DOE^JANE"))
	case field.Kind() == protoreflect.MessageKind:
		m.Mutable(field)
	case field.Kind() == protoreflect.StringKind:
		m.Set(field, protoreflect.ValueOfString("DOE^JANE"))
	case field.Kind() == protoreflect.Int32Kind:
		m.Set(field, protoreflect.ValueOfInt32(1))
	}
}
