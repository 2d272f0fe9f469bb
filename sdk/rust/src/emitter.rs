//! One process's identity in what it records, and where that goes: docs/record.md, sections 5 and 7.4.

use std::error::Error;
use std::io::{ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{cell::Cell, io, mem, path::PathBuf, process, time::SystemTime};

use crate::v1::{TelemetryContext, TelemetryDropReason, TelemetryDroppedEvent, TelemetryEnvelope, TelemetryStatus};
use crate::{errors::JournalFull, folder::Folder, journal::Journal, record::Line, redaction::base32};

/// Where the lines of a process go, and of those forked from it.
pub(crate) struct Source {
    pub(crate) envelope: TelemetryEnvelope,
    /// A journal's directory, how many bytes it may hold, and whether they are to be delivered. None where there is a
    /// writer.
    pub(crate) directory: Option<(PathBuf, u64, bool)>,
}

type Output = Box<dyn Write + Send>;

/// What a process is as long as it does not fork. A forked child is another emitter, linked behind its parent's,
/// which it never waits for: a lock of the parent's may be held for ever.
pub(crate) struct Emitter {
    process: u32,
    pub(crate) envelope: TelemetryEnvelope,
    state: Mutex<State>,
    child: OnceLock<Box<Emitter>>,
}

struct State {
    seq: u64,
    losses: TelemetryDroppedEvent,
    output: Output,
}

thread_local! {
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

impl Emitter {
    pub(crate) fn new(source: &Source, output: Output) -> Self {
        let mut random = [0; 10];
        getrandom::fill(&mut random).expect("the system has random bytes");
        let envelope = TelemetryEnvelope { emitter: base32(&random, 16), ..source.envelope.clone() };
        let journal = source.directory.as_ref().map(|(root, capacity, is_to_deliver)| {
            Journal::new(Folder::new(root, &envelope.service, &envelope.emitter, *is_to_deliver), *capacity)
        });
        let output = journal.map_or(output, |journal| Box::new(journal));
        let state = Mutex::new(State { seq: 0, losses: TelemetryDroppedEvent::default(), output });
        Self { process: process::id(), envelope, state, child: OnceLock::new() }
    }

    /// Returns the emitter of this process, which may be another since the last call.
    pub(crate) fn current(&self, source: &Source) -> &Self {
        match self.child.get() {
            Some(child) => child.current(source),
            None if self.process == process::id() => self,
            None => self.child.get_or_init(|| Box::new(Self::new(source, self.bequeath()))),
        }
    }

    /// Closes what a forked child has inherited, or gives it a writer. What is in use by then is in use for ever.
    fn bequeath(&self) -> Output {
        let mut output: Output = Box::new(&mut [][..]);
        let _ = self.state.try_lock().map(|mut state| mem::swap(&mut state.output, &mut output));
        output
    }

    /// Writes a record as the next of this emitter, or counts it as refused. Behind it goes what there is to report.
    pub(crate) fn append(&self, line: Line) -> Result<(), TelemetryDropReason> {
        if IS_BUSY.try_with(|busy| busy.replace(true)).unwrap_or_default() {
            return Err(TelemetryDropReason::Unspecified); // a writer that logs
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let done = state.write(line);
        if done.is_ok() && state.losses.dropped_count > 0 {
            self.report(&mut state);
        }
        drop(state);
        let _ = IS_BUSY.try_with(|busy| busy.set(false));
        done
    }

    /// Writes the record that says how many were refused.
    fn report(&self, state: &mut State) {
        let (status, timestamp) = (TelemetryStatus::Error.into(), timestamp());
        let mut envelope = TelemetryEnvelope { status, timestamp, ..self.envelope.clone() };
        let line = Line::new(&mut envelope, &TelemetryContext::default(), Some(&state.losses), None);
        if line.is_ok_and(|line| state.write(line).is_ok()) {
            state.losses = TelemetryDroppedEvent::default();
        }
    }
}

impl State {
    /// Writes a record with the next number. Where that fails the number is missing, and counted.
    fn write(&mut self, line: Line) -> Result<(), TelemetryDropReason> {
        self.seq += 1;
        let (line, output) = (line.numbered(self.seq), &mut self.output);
        let done = catch_unwind(AssertUnwindSafe(|| output.write_all(&line).and_then(|()| output.flush())));
        done.unwrap_or_else(|_| Err(ErrorKind::Other.into())).map_err(|error| self.lose(reason_of(&error)))
    }

    /// Counts a record that is refused.
    fn lose(&mut self, reason: TelemetryDropReason) -> TelemetryDropReason {
        self.losses.last_datetime = timestamp();
        if self.losses.dropped_count == 0 {
            self.losses.first_datetime.clone_from(&self.losses.last_datetime);
        }
        self.losses.dropped_count += 1;
        self.losses.reason = reason.into();
        reason
    }
}

/// Returns the time, such as `2026-11-23T10:00:00.123Z`.
pub(crate) fn timestamp() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

fn reason_of(error: &io::Error) -> TelemetryDropReason {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => TelemetryDropReason::DiskFull,
        _ if error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<JournalFull>) => {
            TelemetryDropReason::JournalFull
        }
        _ => TelemetryDropReason::WriteFailed,
    }
}
