//! A service that does one task and tells of it: `example TASK_ID`.
//!
//! Each folder beside this one holds the same service in another language. Their records differ in nothing but
//! who emitted them, and when.

use std::{env, error::Error};

use telemetry_events::v1::{
    BatchProgressEvent, MissingColumnEvent, TaskAcceptedEvent, TaskErrorEvent, TelemetryContext,
    TrialFilterSummaryEvent,
};
use telemetry_events::{Logger, Settings, telemetry_context};

const STACK: &str = r#"Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
ValueError: DOE^JANE"#;

fn main() -> Result<(), Box<dyn Error>> {
    let task_id = env::args().nth(1).ok_or("usage: example TASK_ID")?;
    let mut settings = Settings::from_env()?;
    if env::var_os("DD_SERVICE").is_none_or(|service| service.is_empty()) {
        settings.service = "polyglot-rust".into();
    }
    work(&Logger::new(&settings)?, &task_id);
    Ok(())
}

/// Logs what a task may log.
fn work(logger: &Logger, task_id: &str) {
    let _scope = telemetry_context(&TelemetryContext { task_id: Some(task_id.into()), ..Default::default() });
    logger.info(&TaskAcceptedEvent {
        task_id: task_id.into(),
        pod_name: "pod-7".into(),
        modeller_username: "dr.jones".into(),
        datasource_type: "DICOMSource".into(),
        app_version: "1.4.2".into(),
        datetime: "2026-11-23T10:00:00.000Z".into(),
        ..Default::default()
    });
    logger.info(&BatchProgressEvent { protocol_name: "ResultsOnly".into(), batch_number: 3, ..Default::default() });
    logger.info(&MissingColumnEvent {
        file_name: "/data/ct/DOE^JANE^19700101.DCM".into(),
        column_name: "Pixel Data".into(),
        ..Default::default()
    });
    logger.info(&TrialFilterSummaryEvent {
        step: "age".into(),
        filter_name: "Älter als 40 – ≥".into(),
        rows_matched: 12,
        rows_failed: 3,
        rows_missing: 1,
        matching_column_count: Some(2),
        missing_columns: vec!["PatientAge".into(), "StudyDate".into()],
        ..Default::default()
    });
    logger.error(&TaskErrorEvent {
        task_id: task_id.into(),
        pod_name: "pod-7".into(),
        modeller_username: "dr.jones".into(),
        error_type: "ValueError".into(),
        stacktrace_frames: STACK.into(),
        ..Default::default()
    });
}
