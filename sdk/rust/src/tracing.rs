//! The layer that makes records of what a program says through the crate `tracing`.
//!
//! tracing's fields hold primitives, and errors. So an event travels as an error, [`Carried`], which this layer knows
//! again; any other layer shows its canonical form, redacted without a key.
//!
//! ```
//! use telemetry_events::{Logger, Settings, tracing::TelemetryLayer, v1::BatchProgressEvent};
//! use tracing_subscriber::prelude::*;
//!
//! let logger = Logger::to_writer(&Settings::from_env()?, std::io::stdout())?;
//! tracing_subscriber::registry().with(TelemetryLayer::new(logger)).init();
//!
//! tracing::info!("the queue holds {} tasks", 17);
//! telemetry_events::tracing::info(BatchProgressEvent { batch_number: 3, ..Default::default() });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{error::Error, fmt, str, sync::Arc};

use ::tracing::field::{Field, Visit};
use ::tracing::{Event, Level, Subscriber, event};
use tracing_subscriber::layer::{Context, Layer};

use crate::{Entry, Logger, TelemetryMessage, canonical_json, v1::TelemetryStatus};

/// An event on its way through tracing: `error!(target: "telemetry_events", event = carried.as_dyn())`.
pub struct Carried(Box<dyn TelemetryMessage + Send + Sync>);

impl Carried {
    /// Takes an event along.
    pub fn new(event: impl TelemetryMessage + Send + Sync + 'static) -> Self {
        Self(Box::new(event))
    }

    /// Returns what a field of tracing takes.
    #[must_use]
    pub fn as_dyn(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = canonical_json(&*self.0, None).unwrap_or_else(|fault| fault.to_string().into());
        f.write_str(str::from_utf8(&json).unwrap_or_default())
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Carried {}

macro_rules! levels {
    ($($name:ident $level:ident)*) => {
        $(
            #[doc = concat!("Says an event at tracing's level `", stringify!($level), "`.")]
            pub fn $name(event: impl TelemetryMessage + Send + Sync + 'static) {
                event!(target: "telemetry_events", Level::$level, event = Carried::new(event).as_dyn());
            }
        )*
    };
}

levels! { trace TRACE debug DEBUG info INFO warn WARN error ERROR }

/// Records each event of tracing with a logger: as the event that it carries, whatever its target, or else as a plain
/// message. Of a plain message only the text is recorded; its other fields, which nothing redacts, are not.
pub struct TelemetryLayer(Arc<Logger>);

impl TelemetryLayer {
    /// Returns a layer over a logger, or over an `Arc` of one.
    pub fn new(logger: impl Into<Arc<Logger>>) -> Self {
        Self(logger.into())
    }
}

impl<S: Subscriber> Layer<S> for TelemetryLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let status = match *event.metadata().level() {
            Level::ERROR => TelemetryStatus::Error,
            Level::WARN => TelemetryStatus::Warn,
            Level::INFO => TelemetryStatus::Info,
            _ => TelemetryStatus::Debug,
        };
        let mut found = Found { logger: &self.0, status, text: None };
        // A value may panic where it is shown.
        let _ = catch_unwind(AssertUnwindSafe(|| event.record(&mut found)));
        if let Some(text) = found.text {
            self.0.log(status, Entry::Text(&text), None);
        }
    }
}

/// Records the event that is carried, and keeps a plain message's text.
struct Found<'l> {
    logger: &'l Logger,
    status: TelemetryStatus,
    text: Option<String>,
}

impl Visit for Found<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.text = Some(format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_error(&mut self, _: &Field, value: &(dyn Error + 'static)) {
        if let Some(Carried(event)) = value.downcast_ref() {
            self.logger.log(self.status, Entry::Event(&**event), None);
        }
    }
}
