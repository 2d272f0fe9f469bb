//! What is wrong with a message, or with a configuration, in words that hold no value of either.

use buffa::Enumeration;

use crate::v1::TelemetryErrorKind;

/// Why a message has no canonical form, and where (docs/canonical-json.md, section 7). No value is part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", format!("{field}: {}", self.text()).trim_start_matches(": "))]
pub struct EncodeError {
    /// What is wrong.
    pub kind: TelemetryErrorKind,
    /// The path of the field at fault, such as `missing_columns[2]`. Empty where it is the message itself.
    pub field: String,
}

impl EncodeError {
    /// The kind as the page has it, such as `not_finite`.
    #[must_use]
    pub fn text(&self) -> String {
        text(self.kind)
    }

    /// Returns the error as the message around sees it, or the list around.
    pub(crate) fn within(self, name: &str) -> Self {
        let dot = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        Self { field: format!("{name}{dot}{}", self.field), ..self }
    }
}

/// Returns the text of a member of an enum (section 4).
pub(crate) fn text<E: Enumeration>(member: E) -> String {
    let zero = E::from_i32(0).map_or("", |zero| zero.proto_name()).trim_end_matches("UNSPECIFIED");
    member.proto_name().trim_start_matches(zero).to_ascii_lowercase()
}

impl From<TelemetryErrorKind> for EncodeError {
    fn from(kind: TelemetryErrorKind) -> Self {
        Self { kind, field: String::new() }
    }
}

/// A journal holds all that it may, and that is still to be delivered.
#[derive(Debug, thiserror::Error)]
#[error("the journal is full")]
pub(crate) struct JournalFull;

/// A configuration that cannot be used. It names what is at fault, and shows nothing of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub(crate) String);
