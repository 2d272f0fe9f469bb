//! The executor of Rust: answers what a runner asks with what the library prints
//! (`conformance/proto/telemetry_conformance/executor/v1/executor.proto`).

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use buffa::Message;
use telemetry_events::v1::{TelemetryContext, TelemetryEnvelope};
use telemetry_events::{EncodeError, RedactionKey, TelemetryMessage, canonical_json, record_line};

use crate::protocol::{Error as Fault, Request, Response, response};

#[allow(missing_docs, unreachable_pub, dead_code, unused_imports, clippy::all, clippy::pedantic)]
mod protocol {
    include!("../../tests/gen/telemetry_conformance.executor.v1.rs");
}

#[allow(missing_docs, unreachable_pub, dead_code, unused_imports, clippy::all, clippy::pedantic)]
mod kitchen_sink {
    include!("../../tests/gen/telemetry_conformance.v1.rs");
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    let mut answers = Vec::new();
    while !input.fill_buf()?.is_empty() {
        let mut body = vec![0; length(&mut input)?];
        input.read_exact(&mut body)?;
        answer(&Request::decode_from_slice(&body)?).encode_length_delimited(&mut answers);
        if input.buffer().is_empty() {
            output.write_all(&answers)?;
            output.flush()?;
            answers.clear();
        }
    }
    Ok(())
}

fn length(input: &mut impl Read) -> io::Result<usize> {
    let mut length = 0;
    for shift in (0..35).step_by(7) {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        length |= usize::from(byte[0] & 0x7f) << shift;
        if byte[0] < 0x80 {
            return Ok(length);
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "no length begins here"))
}

fn answer(request: &Request) -> Response {
    let printed = catch_unwind(AssertUnwindSafe(|| print(request)))
        .unwrap_or_else(|_| Err("it panicked, as standard error says".into()));
    let result = printed.unwrap_or_else(|error| match error.downcast::<EncodeError>() {
        Ok(error) => Fault { kind: error.text(), field: error.field, ..Default::default() }.into(),
        Err(error) => response::Result::Crash(error.to_string()),
    });
    Response { name: request.name.clone(), result: Some(result), ..Default::default() }
}

fn print(request: &Request) -> Result<response::Result, Box<dyn Error>> {
    let key = request.key.as_option().map(|key| RedactionKey::new(&key.id, &key.secret)).transpose()?;
    let event = match request.r#type.as_str() {
        "" => None,
        name => Some(parse(name, &request.message)?),
    };
    let event = event.as_deref();
    Ok(match (request.record.as_option(), event) {
        (Some(record), _) => {
            let (envelope, context): (&TelemetryEnvelope, &TelemetryContext) = (&record.envelope, &record.context);
            response::Result::Record(record_line(envelope, context, event, key.as_ref())?)
        }
        (None, Some(event)) => response::Result::Canonical(canonical_json(event, key.as_ref())?),
        (None, None) => return Err("neither a type nor a record".into()),
    })
}

fn parse(name: &str, bytes: &[u8]) -> Result<Box<dyn TelemetryMessage>, Box<dyn Error>> {
    include!(concat!(env!("OUT_DIR"), "/types.rs"))
}

fn boxed<M: Message + TelemetryMessage + 'static>(bytes: &[u8]) -> Result<Box<dyn TelemetryMessage>, Box<dyn Error>> {
    Ok(Box::new(M::decode_from_slice(bytes)?))
}
