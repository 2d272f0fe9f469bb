//! The layer for tracing.
#![cfg(feature = "tracing")]

mod journals;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use journals::{Directory, progress};
use serde_json::Value;
use telemetry_events::tracing::{Carried, TelemetryLayer};
use telemetry_events::v1::MissingColumnEvent;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// Runs code with the layer, and returns the records.
fn recorded(code: impl FnOnce()) -> Vec<Value> {
    let directory = Directory::new();
    let layer = TelemetryLayer::new(directory.logger());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), code);
    directory.lines()
}

/// An event goes in as it is, and its record comes out, at tracing's level.
#[test]
fn event() {
    let lines = recorded(|| {
        telemetry_events::tracing::warn(progress(3));
        telemetry_events::tracing::trace(progress(4));
        let carried = Carried::new(progress(5));
        tracing::error!(target: "telemetry_events", event = carried.as_dyn());
    });
    let found: Vec<_> = lines.iter().map(|line| (&line["status"], &line["message"], &line["batch_number"])).collect();
    let name = &Value::from("batch_progress");
    let expected =
        [(&"warn".into(), name, &3.into()), (&"debug".into(), name, &4.into()), (&"error".into(), name, &5.into())];
    assert_eq!(found, expected);
}

/// A text is a plain record; its other fields are not recorded, as nothing redacts them.
#[test]
fn plain_message() {
    let lines = recorded(|| {
        tracing::info!(
            patient = "DOE^JANE",
            error = &io::Error::other("4711") as &dyn std::error::Error,
            "the \"queue\" holds {} tasks",
            17
        );
        tracing::debug!(message = "as a field");
    });
    assert_eq!(lines[0]["message"], "the \"queue\" holds 17 tasks");
    assert_eq!((&lines[1]["message"], &lines[1]["status"]), (&"as a field".into(), &"debug".into()));
    assert!(!format!("{lines:?}").contains("DOE") && !format!("{lines:?}").contains("4711"));
}

/// A value that panics where it is shown does not come out of the call.
#[test]
fn value_that_panics() {
    struct Panicking;
    impl fmt::Display for Panicking {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("on purpose")
        }
    }
    let lines = recorded(|| {
        tracing::info!("{}", Panicking);
        tracing::info!("afterwards");
    });
    assert_eq!(lines.len(), 1);
}

/// Another layer sees the event's canonical form, redacted.
#[test]
fn other_layers() {
    #[derive(Clone, Default)]
    struct Tape(Arc<Mutex<Vec<u8>>>);
    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl<'a> MakeWriter<'a> for Tape {
        type Writer = Self;
        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }
    let tape = Tape::default();
    let layer = tracing_subscriber::fmt::layer().without_time().with_ansi(false).with_writer(tape.clone());
    let event = MissingColumnEvent { file_name: "DOE^JANE.dcm".into(), ..Default::default() };
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        telemetry_events::tracing::info(event);
    });
    let text = String::from_utf8(tape.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        text,
        " INFO telemetry_events: event={\"column_name\":\"\",\"event\":\"missing_column\",\"file_name\":\"redacted.dcm\"}\n"
    );
}
