//! The canonical form where vectors cannot ask for it: docs/canonical-json.md.

use std::sync::Arc;

use buffa::{EnumValue, Message, MessageField};
use buffa_descriptor::generated::descriptor::field_descriptor_proto::{Label, Type};
use buffa_descriptor::generated::descriptor::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, OneofDescriptorProto,
};
use buffa_descriptor::reflect::{DynamicMessage, ReflectMessage, ReflectMessageMut, Value, ValueRef};
use buffa_descriptor::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use telemetry_events::v1::{BatchProgressEvent, TelemetryErrorKind};
use telemetry_events::{RedactionKey, canonical_json};

#[allow(dead_code, unused_imports, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
mod own {
    include!("gen/telemetry_conformance.v1.rs");
}

use own::{Branch, EHRQueryV2Kind, KitchenSinkEvent, Leaf};

fn fault(message: &dyn ReflectMessage) -> (String, String) {
    let error = canonical_json(message, None).unwrap_err();
    (error.text(), error.field)
}

/// An event of a user's own schema, with every type, is printed as any other.
#[test]
fn own_schema() {
    let leaf = |name: &str| Leaf { leaf_file_name: name.into(), weight: -0.0, ..Default::default() };
    let event = KitchenSinkEvent {
        text: "\u{2028}\u{1}\"\\/<\u{7f}ä".into(),
        large: -9_007_199_254_740_991,
        natural: u32::MAX,
        ratio: 1e21,
        kind: EHRQueryV2Kind::EHR_QUERY_V2_KIND_2D.into(),
        patient: "DOE^JANE".into(),
        optional_small: Some(0),
        optional_file_name: Some("a.NII.GZ".into()),
        branch: MessageField::some(Branch { favourite: MessageField::some(leaf("")), ..Default::default() }),
        texts: vec![String::new(), "b".into()],
        kinds: vec![EHRQueryV2Kind::EHR_QUERY_V2_KIND_NEGATIVE.into()],
        branches: vec![Branch { leaves: vec![leaf("x.csv")], depth: Some(1), ..Default::default() }],
        ..Default::default()
    };
    let key = RedactionKey::new("k1", &[0; 16]).unwrap();
    let expected = concat!(
        r#"{"branch":{"favourite":{"leaf_file_name":"","weight":0},"label":"","leaves":[]},"#,
        r#""branches":[{"depth":1,"label":"","leaves":[{"leaf_file_name":"h1:k1:6fg36udmyeyqevt6u3fulrwd4g.csv""#,
        r#","weight":0}]}],"defaulted_count":0,"event":"kitchen_sink","file_name":"","file_names":[],"#,
        r#""flag":false,"flags":[],"kind":"2d","kinds":["negative"],"large":-9007199254740991,"larges":[],"#,
        r#""natural":4294967295,"naturals":[],"optional_file_name":"h1:k1:xzn4wcpu6h2lkge7hezibjm4re.nii.gz","#,
        r#""optional_small":0,"patient":"h1:k1:6g5rtjpiatoflw4y5r2vxbpoy7","patients":[],"ratio":1e+21,"#,
        r#""ratios":[],"small":0,"smalls":[],"sort1":0,"sort_a":0,"sorta":0,"stack":"","#,
        r#""text":"{LS}\u0001\"\\/<{DEL}ä","texts":["","b"],"username":""}"#
    );
    let expected = expected.replace("{LS}", "\u{2028}").replace("{DEL}", "\u{7f}");
    assert_eq!(String::from_utf8(canonical_json(&event, Some(&key)).unwrap()).unwrap(), expected);
}

/// Of a fault deep within a message the path is told, and nothing of the value.
#[test]
fn fault_deep_within() {
    let leaf = Leaf { weight: f64::NEG_INFINITY, leaf_file_name: "DOE^JANE".into(), ..Default::default() };
    let branch = Branch { favourite: MessageField::some(leaf), ..Default::default() };
    let event = KitchenSinkEvent { branches: vec![Branch::default(), branch], ..Default::default() };
    let error = canonical_json(&event, None).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (TelemetryErrorKind::NotFinite, "branches[1].favourite.weight"));
    assert_eq!(error.to_string(), "branches[1].favourite.weight: not_finite");
    assert!(!format!("{error:?}").contains("DOE"));
}

/// The name of another event is refused, known to the schema or not; the event's own is not.
#[test]
fn wrong_event() {
    let named = |number| KitchenSinkEvent { event: EnumValue::from(number), ..Default::default() };
    assert!(canonical_json(&named(1), None).is_ok());
    assert_eq!(fault(&named(2)), ("wrong_event".into(), "event".into()));
    assert_eq!(fault(&named(77)), ("wrong_event".into(), "event".into()));
}

/// A message whose reflection gives a value of another type than its schema says is an error.
#[test]
fn wrong_type() {
    struct Liar(BatchProgressEvent);
    impl ReflectMessage for Liar {
        fn message_descriptor(&self) -> &MessageDescriptor {
            self.0.message_descriptor()
        }
        fn pool(&self) -> &Arc<DescriptorPool> {
            self.0.pool()
        }
        fn get(&self, field: &FieldDescriptor) -> ValueRef<'_> {
            if field.number() == 3 { ValueRef::Bool(true) } else { self.0.get(field) }
        }
        fn has(&self, field: &FieldDescriptor) -> bool {
            self.0.has(field)
        }
        fn for_each_set(&self, f: &mut dyn FnMut(&FieldDescriptor, ValueRef<'_>)) {
            self.0.for_each_set(f);
        }
        fn to_dynamic(&self) -> DynamicMessage {
            self.0.to_dynamic()
        }
    }
    assert_eq!(fault(&Liar(BatchProgressEvent::default())), ("wrong_type".into(), "batch_number".into()));
}

/// A message that was read without generated code is printed as any other.
#[test]
fn dynamic_message() {
    let event = BatchProgressEvent { protocol_name: "p".into(), batch_number: 3, ..Default::default() };
    assert_eq!(canonical_json(&event.to_dynamic(), None), canonical_json(&event, None));
}

fn field(name: &str, number: i32, kind: Type) -> FieldDescriptorProto {
    let label = Some(Label::LABEL_OPTIONAL);
    FieldDescriptorProto {
        name: Some(name.into()),
        number: Some(number),
        r#type: Some(kind),
        label,
        ..Default::default()
    }
}

fn of_type(field: FieldDescriptorProto, name: &str) -> FieldDescriptorProto {
    FieldDescriptorProto { type_name: Some(name.into()), ..field }
}

/// An empty message of a type that breaks the rules.
fn unruly(syntax: &str, message: DescriptorProto) -> DynamicMessage {
    let value =
        |name: &str| EnumValueDescriptorProto { name: Some(name.into()), number: Some(0), ..Default::default() };
    let file = FileDescriptorProto {
        name: Some("unruly.proto".into()),
        package: Some("unruly".into()),
        syntax: Some(syntax.into()),
        enum_type: vec![EnumDescriptorProto {
            name: Some("Kind".into()),
            value: vec![value("KIND_NONE")],
            ..Default::default()
        }],
        message_type: vec![message],
        ..Default::default()
    };
    let set = FileDescriptorSet { file: vec![file], ..Default::default() };
    let pool = DescriptorPool::decode(&set.encode_to_vec()).unwrap();
    let name = pool.messages()[0].full_name().to_owned();
    DynamicMessage::new_by_name(Arc::new(pool), &name).unwrap()
}

fn one_field(field: FieldDescriptorProto) -> DescriptorProto {
    DescriptorProto { name: Some("One".into()), field: vec![field], ..Default::default() }
}

/// A field of a type that the form does not cover is an error, also where it is not set.
#[test]
fn unsupported_field() {
    let is_unsupported = |field: FieldDescriptorProto| {
        assert_eq!(fault(&unruly("proto3", one_field(field))), ("unsupported_type".into(), "value".into()));
    };
    for kind in [Type::TYPE_FLOAT, Type::TYPE_BYTES, Type::TYPE_UINT64, Type::TYPE_SINT32, Type::TYPE_FIXED64] {
        is_unsupported(field("value", 1, kind));
    }
    // A string that nobody has classified, and an enum without a zero value to take the prefix of.
    is_unsupported(field("value", 1, Type::TYPE_STRING));
    is_unsupported(of_type(field("value", 1, Type::TYPE_ENUM), ".unruly.Kind"));
}

/// A message that contains itself ends in an error, and not with the stack.
#[test]
fn bottomless_message() {
    let mut message = unruly("proto3", one_field(of_type(field("value", 1, Type::TYPE_MESSAGE), ".unruly.One")));
    for _ in 0..150 {
        let (inner, pool) = (message.clone(), Arc::clone(message.pool()));
        message.set(&pool.messages()[0].fields()[0], Value::Message(inner));
    }
    assert_eq!(fault(&message), ("unsupported_type".into(), ["value"; 100].join(".")));
}

/// A oneof is not covered, where an `optional` field, which protobuf calls one too, is.
#[test]
fn unsupported_oneof() {
    let within = FieldDescriptorProto { oneof_index: Some(0), ..field("value", 1, Type::TYPE_BOOL) };
    let oneof = OneofDescriptorProto { name: Some("either".into()), ..Default::default() };
    let message = |within| DescriptorProto { oneof_decl: vec![oneof.clone()], ..one_field(within) };
    let error = ("unsupported_type".into(), "value".into());
    assert_eq!(fault(&unruly("proto3", message(within.clone()))), error);
    let optional = FieldDescriptorProto { proto3_optional: Some(true), ..within };
    assert_eq!(canonical_json(&unruly("proto3", message(optional)), None).unwrap(), b"{}");
}

/// A message that is not declared in proto3, or an event that no name belongs to, is an error as a whole.
#[test]
fn unsupported_message() {
    let error = ("unsupported_type".into(), String::new());
    assert_eq!(fault(&unruly("proto2", one_field(field("value", 1, Type::TYPE_BOOL)))), error);
    let nameless = DescriptorProto { name: Some("NamelessEvent".into()), ..Default::default() };
    assert_eq!(fault(&unruly("proto3", nameless)), error);
}
