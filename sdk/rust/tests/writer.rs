//! What becomes of the lines that a program's own writer refuses: docs/record.md, section 7.4.

mod journals;

use std::io::{self, Write};
use std::sync::OnceLock;

use journals::{Directory, Tape, numbers};
use telemetry_events::Logger;

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
