//! Whatever a call is given, it returns and leaves one line: docs/record.md, section 7.

mod journals;

use std::sync::Arc;

use buffa_descriptor::reflect::{DynamicMessage, ReflectMessage, ValueRef};
use buffa_descriptor::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use journals::{Tape, numbers, progress, task};
use telemetry_events::v1::{BatchProgressEvent, ExecutionTimeEvent};

/// In place of an event without canonical form stands a record with its name, its field and the fault.
#[test]
fn invalid_event() {
    let tape = Tape::default();
    tape.logger().warn(&ExecutionTimeEvent { duration_seconds: f64::NAN, ..Default::default() });
    let text = tape.text();
    let end = r#""error_kind":"not_finite","event":"telemetry_invalid","invalid_event":"execution_time","invalid_field":"duration_seconds"}"#;
    assert!(text.ends_with(&format!("{end}\n")) && text.contains(r#""status":"warn""#), "{text}");
}

/// What is no event is replaced, too, and the event has no name.
#[test]
fn message_that_is_no_event() {
    let tape = Tape::default();
    tape.logger().info(&task("9d1c7f4e"));
    let end = r#""error_kind":"unsupported_type","event":"telemetry_invalid","invalid_event":"","invalid_field":""}"#;
    assert!(tape.text().ends_with(&format!("{end}\n")), "{}", tape.text());
}

/// An event that panics while it is read.
struct Panicking(BatchProgressEvent);

impl ReflectMessage for Panicking {
    fn message_descriptor(&self) -> &MessageDescriptor {
        self.0.message_descriptor()
    }
    fn pool(&self) -> &Arc<DescriptorPool> {
        self.0.pool()
    }
    fn get(&self, _: &FieldDescriptor) -> ValueRef<'_> {
        panic!("on purpose")
    }
    fn has(&self, _: &FieldDescriptor) -> bool {
        true
    }
    fn for_each_set(&self, _: &mut dyn FnMut(&FieldDescriptor, ValueRef<'_>)) {}
    fn to_dynamic(&self) -> DynamicMessage {
        self.0.to_dynamic()
    }
}

/// An event that panics is recorded as invalid, and the call returns.
#[test]
fn event_that_panics() {
    let tape = Tape::default();
    let logger = tape.logger();
    logger.info(&Panicking(progress(1)));
    logger.info("afterwards");
    assert_eq!(tape.lines()[0]["error_kind"], "unspecified");
    assert_eq!(tape.lines()[0]["invalid_event"], "batch_progress");
    assert_eq!(numbers(&tape.lines()), [1, 2]);
}

/// Strings of any length and content, and fields at the limits of their types, come out of a call as one line each.
#[test]
fn odd_input() {
    let tape = Tape::default();
    let logger = tape.logger();
    logger.info("");
    logger.info("\0\u{10ffff}\u{feff}\r\n".repeat(1000).as_str());
    logger.info("ä".repeat(1_000_000).as_str());
    logger.info(&BatchProgressEvent {
        protocol_name: "\0".repeat(1_000_000),
        batch_number: i32::MIN,
        ..Default::default()
    });
    let text = tape.text();
    assert_eq!(text.matches('\n').count(), 4);
    assert!(text.lines().all(|line| line.len() < 900_000));
    assert_eq!(numbers(&tape.lines()), [1, 2, 3, 4]);
    assert_eq!(tape.lines()[2]["message"], format!("{}…[cut from 2000000 bytes]", "ä".repeat(8192)));
}
