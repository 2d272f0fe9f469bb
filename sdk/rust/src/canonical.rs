//! Messages as the bytes that every language prints: docs/canonical-json.md.

use crate::record::cut;
use crate::redaction::redacted;
use crate::reflection::{Kind, Plan, TelemetryMessage, Value};
use crate::{EncodeError, RedactionKey, v1::TelemetryErrorKind};

const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
const MAX_DEPTH: u32 = 100;

/// Returns the one canonical form of an event, or of any message of a schema that keeps the rules: UTF-8, redacted.
///
/// The key makes the tokens that stand for file names and persons; without one they become `redacted`.
///
/// # Errors
///
/// The kind of the fault and the path of the field, where the message has no canonical form (section 7).
pub fn canonical_json(message: &dyn TelemetryMessage, key: Option<&RedactionKey>) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = Encoder::new(key);
    encoder.message(message)?;
    Ok(encoder.json)
}

/// Appends to JSON. Where it is cutting, long strings are cut (docs/record.md, 7.2).
pub(crate) struct Encoder<'k> {
    pub(crate) json: Vec<u8>,
    key: Option<&'k RedactionKey>,
    pub(crate) is_cutting: bool,
    depth: u32,
}

impl<'k> Encoder<'k> {
    pub(crate) fn new(key: Option<&'k RedactionKey>) -> Self {
        Self { json: Vec::with_capacity(512), key, is_cutting: false, depth: 0 }
    }

    fn message(&mut self, message: &dyn TelemetryMessage) -> Result<(), EncodeError> {
        // Only a message that contains itself is so deep, which none may (docs/schema-rules.md, closed-types).
        let plan = Plan::of(message).ok().filter(|_| self.depth < MAX_DEPTH);
        self.depth += 1;
        self.json.push(b'{');
        self.members(message, plan.ok_or(TelemetryErrorKind::UnsupportedType)?, None)?;
        self.json.push(b'}');
        self.depth -= 1;
        Ok(())
    }

    /// Appends the members of a message, but for those that have a name of another's.
    pub(crate) fn members(
        &mut self, message: &dyn TelemetryMessage, plan: &Plan, other: Option<&Plan>,
    ) -> Result<(), EncodeError> {
        let descriptors = message.message_descriptor().fields();
        for field in &plan.fields {
            let descriptor = &descriptors[field.index];
            let is_left_out = field.has_presence && !message.has(descriptor);
            if is_left_out || other.is_some_and(|other| other.has(&field.name)) {
                continue;
            }
            self.separate();
            self.raw(&field.member);
            self.value(&field.kind, &message.get(descriptor)).map_err(|error| error.within(&field.name))?;
        }
        Ok(())
    }

    /// Appends a comma, unless nothing stands before what comes.
    fn separate(&mut self) {
        if !self.json.ends_with(b"{") && !self.json.ends_with(b"[") {
            self.json.push(b',');
        }
    }

    fn value(&mut self, kind: &Kind, value: &Value<'_>) -> Result<(), EncodeError> {
        match (kind, value) {
            (Kind::Unsupported, _) => return Err(TelemetryErrorKind::UnsupportedType.into()),
            (_, Value::List(list)) => {
                self.json.push(b'[');
                for (index, value) in (0..list.len()).map_while(|index| Some((index, list.get(index)?))) {
                    self.separate();
                    self.value(kind, &value).map_err(|error| error.within(&format!("[{index}]")))?;
                }
                self.json.push(b']');
            }
            (Kind::Text(class), Value::String(text)) => self.string(&redacted(text, *class, self.key)),
            (Kind::Integer, Value::I32(number)) => self.integer(i64::from(*number))?,
            (Kind::Integer, Value::U32(number)) => self.integer(i64::from(*number))?,
            (Kind::Integer, Value::I64(number)) => self.integer(*number)?,
            (Kind::Double, Value::F64(number)) if !number.is_finite() => {
                return Err(TelemetryErrorKind::NotFinite.into());
            }
            (Kind::Double, Value::F64(number)) => self.raw(ryu_js::Buffer::new().format_finite(*number)),
            (Kind::Bool, Value::Bool(truth)) => self.raw(if *truth { "true" } else { "false" }),
            (Kind::Enum(texts, textless), Value::EnumNumber(number)) => {
                self.raw(&texts.iter().find(|(known, _)| known == number).ok_or(*textless)?.1);
            }
            (Kind::Message, Value::Message(message)) => self.message(&**message)?,
            _ => return Err(TelemetryErrorKind::WrongType.into()),
        }
        Ok(())
    }

    fn integer(&mut self, number: i64) -> Result<(), EncodeError> {
        if number.unsigned_abs() > MAX_SAFE_INTEGER {
            return Err(TelemetryErrorKind::IntegerRange.into());
        }
        self.raw(itoa::Buffer::new().format(number));
        Ok(())
    }

    fn raw(&mut self, text: &str) {
        self.json.extend_from_slice(text.as_bytes());
    }

    /// Appends a string in quotes, escaped as `serde_json` does: that is section 6. What a string of Rust holds is
    /// well-formed.
    fn string(&mut self, text: &str) {
        let text = if self.is_cutting { cut(text) } else { text.into() };
        serde_json::to_writer(&mut self.json, &text).unwrap_or_else(|_| unreachable!("a vector takes all"));
    }
}
