//! What tests need of journals: directories and writers of their own, loggers, and what those have written.
#![allow(dead_code)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use telemetry_events::v1::{BatchProgressEvent, TelemetryContext};
use telemetry_events::{Logger, Settings};

/// A directory that goes with its owner.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("telemetry-events-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Settings that ask the environment for nothing.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            service: "worker".into(),
            ddsource: String::new(),
            env: "prod".into(),
            version: "1.4.2".into(),
            tags: Vec::new(),
            hostname: "pod-7".into(),
            directory: self.0.join("journals"),
            key: None,
            capacity_bytes: 1 << 30,
            ship: "never".into(),
        }
    }

    pub(crate) fn logger(&self) -> Logger {
        Logger::new(&self.settings()).unwrap()
    }

    /// The folders of emitters.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        sorted(&self.0.join("journals"))
    }

    /// The segments of all emitters, those of each in their order.
    pub(crate) fn segments(&self) -> Vec<PathBuf> {
        let is_segment = |path: &PathBuf| path.extension().is_some_and(|end| end == "jsonl");
        self.folders().iter().flat_map(|folder| sorted(folder)).filter(is_segment).collect()
    }

    /// The whole lines of all segments.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let read = |path: PathBuf| String::from_utf8(fs::read(path).unwrap()).unwrap();
        let texts: Vec<String> = self.segments().into_iter().map(read).collect();
        let whole = texts.iter().flat_map(|text| text.split_inclusive('\n')).filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A program of tests/programs, whose journals lie here.
    pub(crate) fn program(&self, mode: &str) -> Command {
        let mut command = Command::new(program());
        command.arg(mode).env_clear().env("TELEMETRY_EVENTS_DIR", self.0.join("journals"));
        command
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a logger has written, and for how many calls its writer fails yet.
#[derive(Clone, Default)]
pub(crate) struct Tape(pub(crate) Arc<Mutex<(Vec<u8>, usize)>>);

impl Tape {
    pub(crate) fn logger(&self) -> Logger {
        Logger::to_writer(&Directory::new().settings(), self.clone()).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
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

/// How long a test waits for what comes soon.
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn new() -> Self {
        Self(Instant::now() + Duration::from_secs(60))
    }

    /// Fails the test when a minute is over.
    pub(crate) fn check(&self, what: &str) {
        assert!(Instant::now() < self.0, "not within a minute: {what}");
    }
}

pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples/emit")
}

pub(crate) fn progress(batch_number: i32) -> BatchProgressEvent {
    BatchProgressEvent { protocol_name: "ResultsOnly".into(), batch_number, ..Default::default() }
}

pub(crate) fn task(task_id: &str) -> TelemetryContext {
    TelemetryContext { task_id: Some(task_id.into()), ..Default::default() }
}

pub(crate) fn numbers(lines: &[Value]) -> Vec<u64> {
    lines.iter().map(|line| line["seq"].as_u64().unwrap()).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
