//! What tests start as a process of its own: `emit MODE`, with settings from the environment.
#![allow(unsafe_code, clippy::all, clippy::pedantic)]

use std::io::Write;
use std::{env, error::Error, fmt, io, process};

use telemetry_events::v1::{BatchProgressEvent, MissingColumnEvent, TaskErrorEvent};
use telemetry_events::{Logger, Settings};

fn main() {
    if let Err(error) = run() {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let logger = Logger::new(&Settings::from_env()?)?;
    match env::args().nth(1).as_deref() {
        Some("once") => logger.info(&progress(0)),
        Some("many") => (0..100).for_each(|number| logger.info(&progress(number))),
        Some("forever") => forever(&logger),
        Some("fork") => fork(&logger),
        Some("canary") => canary(&logger),
        _ => return Err("no such mode".into()),
    }
    Ok(())
}

/// Tells of each record when the call has returned.
fn forever(logger: &Logger) {
    let mut output = io::stdout().lock();
    for number in 1.. {
        logger.info(&progress(number));
        if writeln!(output, "{number}").is_err() {
            return;
        }
    }
}

/// Logs in a parent, in a child that was forked while other threads log, and in the parent again.
fn fork(logger: &Logger) {
    std::thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || (0..20_000).for_each(|number| logger.debug(&progress(thread + 2 * number))));
        }
        for _ in 0..20 {
            logger.info("parent");
            let child = unsafe { libc::fork() };
            if child == 0 {
                logger.info("child");
                logger.info("child again");
                unsafe { libc::_exit(0) };
            }
            let mut status = 0;
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert_eq!(status, 0);
            logger.info("parent again");
        }
    });
}

#[derive(Debug)]
struct Failure;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read DOE^JANE, record 4711")
    }
}

impl Error for Failure {}

/// Logs what names a patient wherever an event can, with a fault here and there.
fn canary(logger: &Logger) {
    let stack =
        "  File \"/home/DOE^JANE/srv/run.py\", line 12, in run\n    read(\"DOE^JANE\")\nValueError: record 4711";
    let missing = MissingColumnEvent { file_name: "/ct/4711/DOE^JANE.DCM".into(), ..Default::default() };
    logger.info(&missing);
    logger.error_with(&missing, &Failure);
    logger.error(&TaskErrorEvent { stacktrace_frames: stack.into(), ..Default::default() });
    let unknown = buffa::EnumValue::Unknown(4711);
    logger.critical_with(&MissingColumnEvent { event: unknown, ..missing }, &Failure);
}

fn progress(batch_number: i32) -> BatchProgressEvent {
    BatchProgressEvent { protocol_name: "ResultsOnly".into(), batch_number, ..Default::default() }
}
