//! What there is to know of a message's type before a message is printed. Of the library's own modules, this one
//! and `canonical` are all that see how buffa reflects.

use std::ptr;
use std::sync::{Arc, OnceLock};

use buffa::{Enumeration, ExtensionSet, editions::FieldPresence};
use buffa_descriptor::{DescriptorPool, FieldDescriptor, FieldKind, MessageDescriptor, ScalarType, SingularKind};

use crate::EncodeError;
use crate::v1::{SENSITIVITY, Sensitivity, TelemetryErrorKind};

/// Any message that buffa generates with `reflection=true`: an event, or what the fields of one hold.
pub use buffa_descriptor::reflect::ReflectMessage as TelemetryMessage;
pub(crate) use buffa_descriptor::reflect::ValueRef as Value;

/// A type that is known by its address, and those that came later. Its pool is kept, so that the address stands for the
/// same type for ever. Not a map behind a lock: a forked child would wait for ever for one that was held.
struct Known(usize, Arc<DescriptorPool>, Option<Plan>, OnceLock<Box<Known>>);

static KNOWN: OnceLock<Box<Known>> = OnceLock::new();

/// What is known of a message's type.
pub(crate) struct Plan {
    /// In the order of their members.
    pub(crate) fields: Vec<Field>,
    /// The text that an event is bound to. Absent for what is no event.
    pub(crate) event: Option<String>,
}

/// What is known of a field.
pub(crate) struct Field {
    /// Its place in the message's descriptor.
    pub(crate) index: usize,
    pub(crate) name: String,
    /// How its member begins: `"task_id":`.
    pub(crate) member: String,
    pub(crate) has_presence: bool,
    pub(crate) kind: Kind,
}

/// What a field holds, or each element of one that is repeated.
pub(crate) enum Kind {
    Bool,
    Integer,
    Double,
    Text(Sensitivity),
    /// The texts of its numbers, in quotes, and what is wrong with a number that has none.
    Enum(Vec<(i32, String)>, TelemetryErrorKind),
    Message,
    Unsupported,
}

impl Plan {
    /// Returns the plan of a message's type, which is made once. Without one, the type is not covered.
    pub(crate) fn of(message: &dyn TelemetryMessage) -> Result<&'static Self, EncodeError> {
        let (address, mut place) = (ptr::from_ref(message.message_descriptor()).addr(), &KNOWN);
        while let Some(known) = place.get() {
            if known.0 == address && Arc::ptr_eq(&known.1, message.pool()) {
                return known.2.as_ref().ok_or(TelemetryErrorKind::UnsupportedType.into());
            }
            place = &known.3;
        }
        let plan = Self::new(message.pool(), message.message_descriptor());
        // Another thread may have been faster, with this type or with another.
        let _ = place.set(Box::new(Known(address, Arc::clone(message.pool()), plan, OnceLock::new())));
        Self::of(message)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.binary_search_by(|field| field.name.as_str().cmp(name)).is_ok()
    }

    /// Makes the plan of a type, if it keeps the rules that the form depends on (docs/schema-rules.md).
    fn new(pool: &DescriptorPool, message: &MessageDescriptor) -> Option<Self> {
        let name = message.full_name();
        let file = pool.file_containing_symbol(name).filter(|_| !name.starts_with("google.protobuf."))?;
        let field = |(index, field): (usize, &FieldDescriptor)| {
            let is_alone = field.oneof_index().is_none_or(|at| message.oneofs()[usize::from(at)].is_synthetic());
            let kind = Kind::of(pool, field).filter(|_| is_alone).unwrap_or(Kind::Unsupported);
            // What is unsupported is an error also where it is not set.
            let has_presence = field.presence() != FieldPresence::Implicit && !matches!(kind, Kind::Unsupported);
            let name = field.name().to_owned();
            Field { index, member: format!("\"{name}\":"), name, has_presence, kind }
        };
        let mut fields: Vec<Field> = message.fields().iter().enumerate().map(field).collect();
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        let letters = name.rsplit('.').next()?.strip_suffix("Event");
        let event = letters.and_then(|letters| bind(&mut fields, letters));
        let is_covered = file.syntax.as_deref() == Some("proto3") && letters.is_some() == event.is_some();
        is_covered.then_some(Self { fields, event })
    }
}

impl Kind {
    /// Returns what a field holds, if the form covers it (docs/schema-rules.md, closed-types).
    fn of(pool: &DescriptorPool, field: &FieldDescriptor) -> Option<Self> {
        let (FieldKind::Singular(kind) | FieldKind::List(kind)) = field.kind() else { return None };
        Some(match kind {
            SingularKind::Scalar(ScalarType::Bool) => Self::Bool,
            SingularKind::Scalar(ScalarType::Int32 | ScalarType::Int64 | ScalarType::Uint32) => Self::Integer,
            SingularKind::Scalar(ScalarType::Double) => Self::Double,
            // A string that is not classified might name a patient.
            SingularKind::Scalar(ScalarType::String) => match field.options()?.extension(&SENSITIVITY)? {
                0 => return None,
                class => Self::Text(Sensitivity::from_i32(class)?),
            },
            SingularKind::Scalar(_) => return None,
            SingularKind::Enum(index) => {
                let numbered = pool.enumeration(index);
                let prefix = numbered.value(0)?.name().strip_suffix("UNSPECIFIED")?;
                let text =
                    |name: &str| format!("\"{}\"", name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase());
                let texts = numbered.values().iter().map(|value| (value.number(), text(value.name()))).collect();
                Self::Enum(texts, TelemetryErrorKind::UnknownEnum)
            }
            SingularKind::Message(_) => Self::Message,
        })
    }
}

/// Leaves an event's name no other text than that with the letters of its message, and returns it.
fn bind(fields: &mut [Field], letters: &str) -> Option<String> {
    let kind = fields.iter_mut().find(|field| field.name == "event").map(|field| &mut field.kind)?;
    let Kind::Enum(texts, _) = kind else { return None };
    let is_bound = |text: &str| text.replace(['_', '"'], "").eq_ignore_ascii_case(letters);
    let (number, text) = texts.iter().find(|(_, text)| is_bound(text)).cloned()?;
    *kind = Kind::Enum(vec![(number, text.clone()), (0, text.clone())], TelemetryErrorKind::WrongEvent);
    Some(text.trim_matches('"').to_owned())
}
