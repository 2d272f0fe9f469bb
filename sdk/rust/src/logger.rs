//! The logger: `logger.info(&event)`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use std::{any::type_name, error::Error, io, io::Write, path::PathBuf, sync::Mutex};

use rustix::stdio::stderr;

use crate::context::surroundings;
use crate::emitter::{Emitter, Source, timestamp};
use crate::v1::{TelemetryEnvelope, TelemetryErrorKind, TelemetryException, TelemetryStatus};
use crate::{RedactionKey, Settings, SettingsError, TelemetryMessage, errors::text, record::Line};

const ALARM_INTERVAL: Duration = Duration::from_secs(60);

/// What is logged: an event, or a plain message.
#[derive(Clone, Copy)]
pub enum Entry<'a> {
    /// An event, redacted as its schema says.
    Event(&'a dyn TelemetryMessage),
    /// A text, which is not redacted: nothing says what it holds.
    Text(&'a str),
}

impl<'a, M: TelemetryMessage> From<&'a M> for Entry<'a> {
    fn from(event: &'a M) -> Self {
        Self::Event(event)
    }
}

impl<'a> From<&'a str> for Entry<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

/// Records events, from any thread. It is not for signal handlers.
///
/// No call panics, and none returns an error: what cannot be recorded is counted or replaced (docs/record.md,
/// section 7), and said on standard error once a minute at most. When a call has returned, its record is in its
/// file, and survives the end of the process, whatever ends it.
pub struct Logger {
    source: Source,
    key: Option<RedactionKey>,
    emitter: Emitter,
    alarm: Mutex<Option<Instant>>,
}

macro_rules! levels {
    ($($name:ident $with:ident $status:ident $what:literal)*) => {
        $(
            #[doc = concat!("Records ", $what, ".")]
            pub fn $name<'a>(&self, entry: impl Into<Entry<'a>>) {
                self.log(TelemetryStatus::$status, entry.into(), None);
            }

            #[doc = concat!("Records ", $what, ", and the name of an error's type; nothing that the error says.")]
            pub fn $with<'a, E: Error + ?Sized>(&self, entry: impl Into<Entry<'a>>, _: &E) {
                self.log(TelemetryStatus::$status, entry.into(), Some(type_name::<E>()));
            }
        )*
    };
}

impl Logger {
    /// Returns a logger that writes to a journal, in the directory that the settings say.
    ///
    /// # Errors
    ///
    /// Where a setting cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let directory = Some((settings.directory()?, settings.capacity_bytes, settings.is_to_deliver()?));
        Self::of(settings, directory, io::sink())
    }

    /// Returns a logger that writes each line to a writer, and flushes that. What the writer refuses is counted.
    ///
    /// # Errors
    ///
    /// Where a setting cannot be used.
    pub fn to_writer(settings: &Settings, writer: impl Write + Send + 'static) -> Result<Self, SettingsError> {
        Self::of(settings, None, writer)
    }

    fn of(
        settings: &Settings, directory: Option<(PathBuf, u64, bool)>, writer: impl Write + Send + 'static,
    ) -> Result<Self, SettingsError> {
        let source = Source { envelope: settings.envelope()?, directory };
        let (key, emitter) = (settings.key.clone(), Emitter::new(&source, Box::new(writer)));
        Ok(Self { source, key, emitter, alarm: Mutex::default() })
    }

    levels! {
        debug debug_with Debug "what is of interest to those who look for a fault"
        info info_with Info "the ordinary course of events"
        warn warn_with Warn "something to look at, from which the program went on"
        error error_with Error "that something failed"
        critical critical_with Critical "that the program cannot go on"
    }

    pub(crate) fn log(&self, status: TelemetryStatus, entry: Entry<'_>, error: Option<&str>) {
        if catch_unwind(AssertUnwindSafe(|| self.record(status, entry, error))).is_err() {
            self.say("a record is missing");
        }
    }

    fn record(&self, status: TelemetryStatus, entry: Entry<'_>, error: Option<&str>) {
        let emitter = self.emitter.current(&self.source);
        let (context, trace) = surroundings();
        let (event, message) = match entry {
            Entry::Event(event) => (Some(event), String::new()),
            Entry::Text(text) => (None, text.to_owned()),
        };
        let mut envelope = TelemetryEnvelope {
            message,
            status: status.into(),
            timestamp: timestamp(),
            error: error.map(|kind| TelemetryException { kind: kind.to_owned(), ..Default::default() }).into(),
            dd: trace.into(),
            ..emitter.envelope.clone()
        };
        let line = catch_unwind(AssertUnwindSafe(|| Line::new(&mut envelope, &context, event, self.key.as_ref())));
        let line = line.unwrap_or_else(|_| Err(TelemetryErrorKind::Unspecified.into())).or_else(|fault| {
            self.say(&format!("an event could not be recorded: {fault}"));
            Line::invalid(&mut envelope, &context, event, fault)
        });
        match line.map(|line| emitter.append(line)) {
            Ok(Ok(())) => {}
            Ok(Err(reason)) => self.say(&format!("records are missing: {}", text(reason))),
            Err(fault) => self.say(&format!("a record is missing: {fault}")),
        }
    }

    /// Says what goes wrong, in words that hold nothing of any event, once a minute at most.
    fn say(&self, problem: &str) {
        // Not waited for: it may be held for ever, if the process was forked meanwhile.
        let Ok(mut said) = self.alarm.try_lock() else { return };
        if said.is_none_or(|said| said.elapsed() >= ALARM_INTERVAL) {
            *said = Some(Instant::now());
            // A program may have no standard error, and be none the worse. Rust's own is behind a lock, too.
            let _ = rustix::io::write(stderr(), format!("telemetry-events: {problem}\n").as_bytes());
        }
    }
}
