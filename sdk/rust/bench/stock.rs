//! The messages of `telemetry_events.v1` with the JSON that buffa generates: what the encoder is timed against.

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
mod stock {
    include!("../build/stock/telemetry_events.v1.rs");
}

pub use stock::*;
