#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod canonical;
mod context;
mod emitter;
mod errors;
mod folder;
mod frames;
mod journal;
mod logger;
mod record;
mod redaction;
mod reflection;
mod settings;
#[cfg(feature = "tracing")]
pub mod tracing;

/// The messages of `telemetry_events.v1`, as buffa generates them: the events, and what a record is made of.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
pub mod v1 {
    include!("gen/telemetry_events.v1.rs");
}

pub use canonical::canonical_json;
pub use context::{ContextScope, in_context, telemetry_context, telemetry_trace};
pub use errors::{EncodeError, SettingsError};
pub use logger::{Entry, Logger};
pub use record::record_line;
pub use redaction::RedactionKey;
pub use reflection::TelemetryMessage;
pub use settings::Settings;
