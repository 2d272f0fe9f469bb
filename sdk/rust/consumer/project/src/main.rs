//! Logs an event of its own schema.

use telemetry_events::v1::TelemetryContext;
use telemetry_events::{Logger, Settings, telemetry_context};

#[allow(dead_code, unused_imports, clippy::all, clippy::pedantic)]
mod clinic {
    include!("gen/clinic.v1.rs");
}

fn main() -> Result<(), telemetry_events::SettingsError> {
    let logger = Logger::new(&Settings::from_env()?)?;
    let _scope = telemetry_context(&TelemetryContext { task_id: Some("9d1c7f4e".into()), ..Default::default() });
    logger.info(&clinic::ScanEndEvent {
        outcome: "found".into(),
        patient: "DOE^JANE".into(),
        path: "/data/DOE^JANE.dcm".into(),
        ..Default::default()
    });
    Ok(())
}
