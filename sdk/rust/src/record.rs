//! An event as the line that stands for it: docs/record.md, sections 1 to 7.

use std::borrow::Cow;

use crate::reflection::{Plan, TelemetryMessage};
use crate::v1::{TelemetryContext, TelemetryEnvelope, TelemetryErrorKind, TelemetryInvalidEvent};
use crate::{EncodeError, RedactionKey, canonical::Encoder, canonical_json};

// Bytes of UTF-8.
const LINE_LIMIT: usize = 900_000;
const STRING_LIMIT: usize = 16_384;
// A line is too long, or is not, whatever its number, which has no more digits. One stands in the place by then.
const DIGITS: usize = 16 - 1;
const NUMBER: &[u8] = b",\"seq\":0,";

/// Returns the line of a record: of an event, or of the envelope's message where there is none.
///
/// An event that cannot be recorded is replaced by a `telemetry_invalid`, and what is too long is cut (section 7).
///
/// # Errors
///
/// Where the envelope itself has no canonical form, such as for a `seq` beyond 2^53−1.
pub fn record_line(
    envelope: &TelemetryEnvelope, context: &TelemetryContext, event: Option<&dyn TelemetryMessage>,
    key: Option<&RedactionKey>,
) -> Result<Vec<u8>, EncodeError> {
    canonical_json(envelope, None)?;
    let mut printed = envelope.clone();
    let line = Line::new(&mut printed, context, event, key);
    let line = line.or_else(|fault| Line::invalid(&mut printed, context, event, fault))?;
    Ok(line.numbered(envelope.seq.unsigned_abs()))
}

/// A line but for its number, and where that is to stand.
pub(crate) struct Line(Vec<u8>, usize);

impl Line {
    /// Returns the line of an event, which gives the envelope its name, or else of the envelope's message. Long strings
    /// are cut where it would be too long.
    pub(crate) fn new(
        envelope: &mut TelemetryEnvelope, context: &TelemetryContext, event: Option<&dyn TelemetryMessage>,
        key: Option<&RedactionKey>,
    ) -> Result<Self, EncodeError> {
        let event = event.map(|event| Ok::<_, EncodeError>((event, Plan::of(event)?))).transpose()?;
        let name = event.map(|(_, plan)| plan.event.as_ref().ok_or(TelemetryErrorKind::UnsupportedType));
        if let Some(name) = name.transpose()? {
            envelope.message.clone_from(name);
        }
        envelope.seq = 0;
        for is_cutting in [false, true] {
            let mut encoder = Encoder::new(key);
            encoder.json.push(b'{');
            encoder.members(envelope, Plan::of(envelope)?, None)?;
            // No string holds these bytes: it would have a backslash before each quote.
            let number = encoder.json.windows(NUMBER.len()).rposition(|bytes| bytes == NUMBER).unwrap_or_default();
            encoder.is_cutting = is_cutting;
            encoder.members(context, Plan::of(context)?, event.map(|(_, plan)| plan))?;
            event.map_or(Ok(()), |(event, plan)| encoder.members(event, plan, None))?;
            encoder.json.extend_from_slice(b"}\n");
            if encoder.json.len() + DIGITS <= LINE_LIMIT {
                return Ok(Self(encoder.json, number + NUMBER.len() - 2));
            }
            envelope.message = cut(&envelope.message).into();
        }
        Err(TelemetryErrorKind::TooLong.into())
    }

    /// Returns the line that stands for an event that could not be recorded (7.1).
    pub(crate) fn invalid(
        envelope: &mut TelemetryEnvelope, context: &TelemetryContext, event: Option<&dyn TelemetryMessage>,
        fault: EncodeError,
    ) -> Result<Self, EncodeError> {
        let plan = event.and_then(|event| Plan::of(event).ok());
        let invalid_event = plan.and_then(|plan| plan.event.clone()).unwrap_or_default();
        let (invalid_field, error_kind) = (fault.field, fault.kind.into());
        let event = TelemetryInvalidEvent { invalid_event, invalid_field, error_kind, ..Default::default() };
        Self::new(envelope, context, Some(&event), None)
    }

    pub(crate) fn numbered(mut self, number: u64) -> Vec<u8> {
        self.0.splice(self.1..=self.1, number.to_string().into_bytes());
        self.0
    }
}

/// Returns a string as a line has it that would be too long otherwise (7.2).
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= STRING_LIMIT {
        return text.into();
    }
    let end = (0..=STRING_LIMIT).rfind(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}…[cut from {} bytes]", &text[..end], text.len()).into()
}
