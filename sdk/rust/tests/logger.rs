//! The logger, and the lines that it writes: docs/record.md, sections 1 to 7.

mod journals;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};
use std::{fmt, future, pin, thread};

use buffa_descriptor::reflect::{DynamicMessage, ReflectMessage, ValueRef};
use buffa_descriptor::{DescriptorPool, FieldDescriptor, MessageDescriptor};
use journals::{Directory, numbers, progress};
use serde_json::Value;
use telemetry_events::v1::{BatchProgressEvent, ExecutionTimeEvent, TaskErrorEvent, TelemetryContext};
use telemetry_events::{Logger, in_context, telemetry_context, telemetry_trace};

/// What a logger has written, and for how many calls its writer fails yet.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<(Vec<u8>, usize)>>);

impl Tape {
    fn logger(&self) -> Logger {
        Logger::to_writer(&Directory::new().settings(), self.clone()).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut tape = self.0.lock().unwrap();
        if tape.1 > 0 {
            tape.1 -= 1;
            return Err(io::ErrorKind::StorageFull.into());
        }
        tape.0.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn task(task_id: &str) -> TelemetryContext {
    TelemetryContext { task_id: Some(task_id.into()), ..Default::default() }
}

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

/// What a writer refuses takes its number, and is reported behind the first line that the writer takes again.
#[test]
fn writer_that_fails() {
    let tape = Tape::default();
    let logger = tape.logger();
    logger.info("first");
    tape.0.lock().unwrap().1 = 2;
    logger.info("lost");
    logger.info("lost, too");
    logger.info("last");
    let lines = tape.lines();
    assert_eq!(numbers(&lines), [1, 4, 5]);
    assert_eq!(lines[1]["message"], "last");
    assert_eq!((&lines[2]["message"], &lines[2]["status"]), (&"telemetry_dropped".into(), &"error".into()));
    assert_eq!((&lines[2]["dropped_count"], &lines[2]["reason"]), (&2.into(), &"disk_full".into()));
    assert!(lines[2]["first_datetime"].as_str().unwrap() <= lines[2]["last_datetime"].as_str().unwrap());
}

/// A report that the writer refuses takes a number, too, and is counted by the next one.
#[test]
fn report_that_is_refused() {
    struct Refusing(Tape, usize);
    impl Write for Refusing {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.1 += 1;
            if [1, 3].contains(&self.1) { Err(io::ErrorKind::StorageFull.into()) } else { self.0.write(line) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let tape = Tape::default();
    let logger = Logger::to_writer(&Directory::new().settings(), Refusing(tape.clone(), 0)).unwrap();
    for text in ["lost", "kept", "last"] {
        logger.info(text);
    }
    let lines = tape.lines();
    assert_eq!(numbers(&lines), [2, 4, 5]);
    assert_eq!((&lines[1]["message"], &lines[2]["dropped_count"]), (&"last".into(), &2.into()));
}

/// A writer's panic comes out of no call, and is a loss like any other.
#[test]
fn writer_that_panics() {
    struct Once(Tape, bool);
    impl Write for Once {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            assert!(std::mem::replace(&mut self.1, true), "on purpose");
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let tape = Tape::default();
    let logger = Logger::to_writer(&Directory::new().settings(), Once(tape.clone(), false)).unwrap();
    logger.info("lost");
    logger.info("kept");
    let lines = tape.lines();
    assert_eq!(numbers(&lines), [2, 3]);
    assert_eq!((&lines[1]["dropped_count"], &lines[0]["message"]), (&1.into(), &"kept".into()));
}

/// A writer that logs with its own logger does not wait for itself.
#[test]
fn writer_that_logs() {
    static LOGGER: OnceLock<Logger> = OnceLock::new();
    struct Talkative(Tape);
    impl Write for Talkative {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            LOGGER.get().unwrap().info("within");
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let tape = Tape::default();
    let logger = Logger::to_writer(&Directory::new().settings(), Talkative(tape.clone())).unwrap();
    LOGGER.get_or_init(|| logger).info("around");
    assert_eq!(tape.lines()[0]["message"], "around");
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
