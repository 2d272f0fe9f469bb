//! What an event costs: its canonical form, beside buffa's own JSON and `serde_json` over an equal plain struct, and
//! the whole logging call.

use std::hint::black_box;
use std::io;

use criterion::{Criterion, criterion_group, criterion_main};
use serde::Serialize;
use telemetry_events::{Logger, Settings, TelemetryMessage, canonical_json, v1};

const STACK: &str = "Traceback (most recent call last):\n  File \"/srv/app/worker/run.py\", line 12, in run\n    \
                     raise ValueError(\"DOE^JANE\")\n  File \"/srv/app/worker/steps/load.py\", line 340, in load\n    \
                     frame = reader.read(path)\nValueError: DOE^JANE";
const REDUCED: &str = "File \"worker/run.py\", line 12, in run\nFile \"steps/load.py\", line 340, in load";

#[derive(Serialize)]
struct Accepted {
    app_version: String,
    datasource_type: String,
    datetime: String,
    event: &'static str,
    modeller_username: String,
    pod_name: String,
    task_id: String,
}

#[derive(Serialize)]
struct Progress {
    batch_number: i32,
    event: &'static str,
    protocol_name: String,
}

#[derive(Serialize)]
struct Summary {
    event: &'static str,
    filter_name: String,
    matching_column_count: i64,
    missing_columns: Vec<String>,
    rows_failed: i64,
    rows_matched: i64,
    rows_missing: i64,
    step: String,
}

#[derive(Serialize)]
struct Failure {
    error_type: String,
    event: &'static str,
    modeller_username: String,
    pod_name: String,
    stacktrace_frames: String,
    task_id: String,
}

/// Makes the same event of one of the two packages.
macro_rules! events {
    ($package:ident, $stack:expr) => {{
        use $package as package;
        (
            package::TaskAcceptedEvent {
                event: package::TelemetryEventName::TaskAccepted.into(),
                task_id: "9d1c7f4e".into(),
                pod_name: "pod-7".into(),
                modeller_username: "dr.jones".into(),
                datasource_type: "DICOMSource".into(),
                app_version: "1.4.2".into(),
                datetime: "2026-11-23T10:00:00.000Z".into(),
                ..Default::default()
            },
            package::BatchProgressEvent {
                event: package::TelemetryEventName::BatchProgress.into(),
                protocol_name: "ResultsOnly".into(),
                batch_number: 3,
                ..Default::default()
            },
            package::TrialFilterSummaryEvent {
                event: package::TelemetryEventName::TrialFilterSummary.into(),
                step: "age".into(),
                filter_name: "Älter als 40 – ≥".into(),
                rows_matched: 12,
                rows_failed: 3,
                rows_missing: 1,
                matching_column_count: Some(2),
                missing_columns: vec!["PatientAge".into(), "StudyDate".into()],
                ..Default::default()
            },
            package::TaskErrorEvent {
                event: package::TelemetryEventName::TaskError.into(),
                task_id: "9d1c7f4e".into(),
                pod_name: "pod-7".into(),
                modeller_username: "dr.jones".into(),
                error_type: "ValueError".into(),
                stacktrace_frames: $stack.into(),
                ..Default::default()
            },
        )
    }};
}

/// Times the three ways to print an event, having seen that the plain struct is the same event.
fn compare<E: TelemetryMessage>(
    c: &mut Criterion, name: &str, event: &E, stock: &impl Serialize, plain: &impl Serialize,
) {
    assert_eq!(canonical_json(event, None).ok(), serde_json::to_vec(plain).ok(), "{name}: not the same event");
    let mut group = c.benchmark_group(name);
    group.bench_function("canonical", |b| b.iter(|| canonical_json(black_box(event), None)));
    group.bench_function("plain", |b| b.iter(|| serde_json::to_vec(black_box(plain))));
    group.bench_function("stock", |b| b.iter(|| serde_json::to_vec(black_box(stock))));
    group.finish();
}

fn encode(c: &mut Criterion) {
    let (accepted, progress, summary, failure) = events!(v1, STACK);
    let (stock_accepted, stock_progress, stock_summary, stock_failure) = events!(stock, STACK);
    let plain = Accepted {
        app_version: "1.4.2".into(),
        datasource_type: "DICOMSource".into(),
        datetime: "2026-11-23T10:00:00.000Z".into(),
        event: "task_accepted",
        modeller_username: "dr.jones".into(),
        pod_name: "pod-7".into(),
        task_id: "9d1c7f4e".into(),
    };
    compare(c, "TaskAcceptedEvent", &accepted, &stock_accepted, &plain);
    let plain = Progress { batch_number: 3, event: "batch_progress", protocol_name: "ResultsOnly".into() };
    compare(c, "BatchProgressEvent", &progress, &stock_progress, &plain);
    let plain = Summary {
        event: "trial_filter_summary",
        filter_name: "Älter als 40 – ≥".into(),
        matching_column_count: 2,
        missing_columns: vec!["PatientAge".into(), "StudyDate".into()],
        rows_failed: 3,
        rows_matched: 12,
        rows_missing: 1,
        step: "age".into(),
    };
    compare(c, "TrialFilterSummaryEvent", &summary, &stock_summary, &plain);
    let plain = Failure {
        error_type: "ValueError".into(),
        event: "task_error",
        modeller_username: "dr.jones".into(),
        pod_name: "pod-7".into(),
        stacktrace_frames: REDUCED.into(),
        task_id: "9d1c7f4e".into(),
    };
    compare(c, "TaskErrorEvent", &failure, &stock_failure, &plain);
}

fn log(c: &mut Criterion) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../build/bench-journal").into();
    let settings = Settings { service: "bench".into(), capacity_bytes: 64 << 20, directory, ..usual() };
    let journal = Logger::new(&settings).expect("the directory can be written to");
    let nowhere = Logger::to_writer(&settings, io::sink()).expect("the settings are fit");
    let (accepted, progress, ..) = events!(v1, STACK);
    let mut group = c.benchmark_group("logging call");
    group.bench_function("BatchProgressEvent to a journal", |b| b.iter(|| journal.info(black_box(&progress))));
    group.bench_function("TaskAcceptedEvent to a journal", |b| b.iter(|| journal.info(black_box(&accepted))));
    group.bench_function("BatchProgressEvent to nowhere", |b| b.iter(|| nowhere.info(black_box(&progress))));
    group.finish();
}

fn usual() -> Settings {
    Settings::from_env().expect("the environment is fit")
}

criterion_group! {
    name = events;
    config = Criterion::default().without_plots();
    targets = encode, log
}
criterion_main!(events);
