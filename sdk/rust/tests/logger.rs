//! The lines that a logger writes, with their levels, errors, contexts and traces: docs/record.md, sections 1 to 6.

mod journals;

use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};
use std::{fmt, future, pin, thread};

use journals::{Tape, progress, task};
use serde_json::Value;
use telemetry_events::v1::{TaskErrorEvent, TelemetryContext};
use telemetry_events::{in_context, telemetry_context, telemetry_trace};

/// A line is the envelope, the context and the event, each sorted, with what the settings say.
#[test]
fn line() {
    let tape = Tape::default();
    let _scope = telemetry_context(&task("9d1c7f4e"));
    tape.logger().info(&progress(3));
    let text = tape.text();
    let found = &tape.lines()[0];
    let (emitter, timestamp) = (found["emitter"].as_str().unwrap(), found["timestamp"].as_str().unwrap());
    assert!(emitter.len() == 16 && emitter.bytes().all(|byte| b"abcdefghijklmnopqrstuvwxyz234567".contains(&byte)));
    assert!(timestamp.len() == 24 && timestamp.ends_with('Z'));
    assert_eq!(
        text,
        format!(
            "{{\"ddsource\":\"worker\",\"ddtags\":\"env:prod,version:1.4.2\",\"emitter\":\"{emitter}\",\
             \"hostname\":\"pod-7\",\"message\":\"batch_progress\",\"seq\":1,\"service\":\"worker\",\"status\":\"info\",\
             \"timestamp\":\"{timestamp}\",\"task_id\":\"9d1c7f4e\",\"batch_number\":3,\"event\":\"batch_progress\",\
             \"protocol_name\":\"ResultsOnly\"}}\n"
        )
    );
}

/// Each level has its status; a text is a message without an event.
#[test]
fn levels() {
    let tape = Tape::default();
    let logger = tape.logger();
    logger.debug("a");
    logger.info("b \u{2028}\n");
    logger.warn("c");
    logger.error("d");
    logger.critical("e");
    let lines = tape.lines();
    let statuses: Vec<&str> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["debug", "info", "warn", "error", "critical"]);
    assert_eq!(lines[1]["message"], "b \u{2028}\n");
    assert_eq!(lines[1].get("event"), None);
}

#[derive(Debug)]
struct Failure;

impl fmt::Display for Failure {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("nobody asks an error what it says")
    }
}

impl std::error::Error for Failure {}

/// Of an error its type is told, with an empty stack: errors of Rust have no frames.
#[test]
fn error_kind() {
    let tape = Tape::default();
    tape.logger().error_with(&progress(1), &Failure);
    assert!(tape.text().contains(r#","error":{"kind":"logger::Failure","stack":""},"hostname":"#), "{}", tape.text());
}

/// Contexts nest, and end with their scopes; a member of the event's own stands in for the context's.
#[test]
fn contexts() {
    let tape = Tape::default();
    let logger = tape.logger();
    let outer = telemetry_context(&task("outer"));
    let inner = telemetry_context(&TelemetryContext { run_id: Some(String::new()), ..task("inner") });
    logger.info("both");
    logger.info(&TaskErrorEvent { task_id: "own".into(), ..Default::default() });
    drop(inner);
    logger.info("one");
    drop(outer);
    logger.info("none");
    // A name that stood in a line twice would count once for who reads it.
    assert!(tape.text().lines().take(3).all(|line| line.matches("\"task_id\":").count() == 1), "{}", tape.text());
    let fields = |line: &Value| (line.get("task_id").cloned(), line.get("run_id").cloned());
    let found: Vec<_> = tape.lines().iter().map(fields).collect();
    let some = |text: &str| Some(Value::from(text));
    assert_eq!(found, [(some("inner"), some("")), (some("own"), some("")), (some("outer"), None), (None, None)]);
}

/// A future has its context on whatever thread it is polled, and leaves none behind.
#[test]
fn context_of_a_future() {
    let tape = Tape::default();
    let logger = Arc::new(tape.logger());
    let within = Arc::clone(&logger);
    let polled = OnceLock::new();
    let mut work = Box::pin(in_context(task("async"), async move {
        within.info("first");
        future::poll_fn(|_| if polled.set(()).is_ok() { Poll::Pending } else { Poll::Ready(()) }).await;
        within.info("second");
    }));
    assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    logger.info("outside");
    let finished =
        thread::spawn(move || pin::Pin::new(&mut work).poll(&mut Context::from_waker(Waker::noop())).is_ready());
    assert!(finished.join().unwrap());
    let found: Vec<_> = tape.lines().iter().map(|line| line.get("task_id").cloned()).collect();
    assert_eq!(found, [Some("async".into()), None, Some("async".into())]);
}

/// A trace is printed as Datadog has it, in decimal where it fits into 64 bits, and not at all where it is zero.
#[test]
fn trace() {
    let tape = Tape::default();
    let logger = tape.logger();
    for (trace, span) in [(u128::from(u64::MAX), 42), (1 << 64, 42), (0, 42), (1, 0)] {
        let _scope = telemetry_trace(trace, span);
        logger.info("traced");
    }
    let found: Vec<String> =
        tape.text().lines().map(|line| line.split("ddsource").next().unwrap().to_owned()).collect();
    let expected = [
        r#"{"dd":{"span_id":"42","trace_id":"18446744073709551615"},""#,
        r#"{"dd":{"span_id":"42","trace_id":"00000000000000010000000000000000"},""#,
        r#"{""#,
        r#"{""#,
    ];
    assert_eq!(found, expected);
}
