//! Writes the table of all generated messages: buffa keeps none.

use std::fmt::Write;
use std::{env, error::Error, fs, path::Path};

const GENERATED: [(&str, &str); 2] = [
    ("../src/gen/telemetry_events.v1.rs", "telemetry_events::v1"),
    ("../tests/gen/telemetry_conformance.v1.rs", "kitchen_sink"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arms = String::new();
    for (file, module) in GENERATED {
        println!("cargo::rerun-if-changed={file}");
        let source = fs::read_to_string(file)?;
        for message in source.split("impl ::buffa::MessageName for ").skip(1) {
            let class = message.split(' ').next().unwrap_or_default();
            let name = message.split("FULL_NAME: &'static str = ").nth(1).and_then(|rest| rest.split(';').next());
            writeln!(arms, "{} => boxed::<{module}::{class}>(bytes),", name.ok_or("a message without a name")?)?;
        }
    }
    let table = format!("match name {{ {arms} _ => Err(\"no such type\".into()) }}");
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("types.rs"), table)?)
}
