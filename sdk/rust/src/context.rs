//! What the surrounding work has set for all records made within it: docs/record.md, sections 1 and 4.

use std::{cell::RefCell, future::Future, future::poll_fn, marker::PhantomData, mem, pin::pin};

use buffa::Message;

use crate::v1::{TelemetryContext, TelemetryTrace};

/// The context, and the active trace.
pub(crate) type Surroundings = (TelemetryContext, Option<TelemetryTrace>);

thread_local! {
    static CURRENT: RefCell<Surroundings> = RefCell::default();
}

/// As long as it lives, records of this thread have what it was made with; then again what they had before. It
/// cannot be held across an await by a task that may move to another thread: that is what [`in_context`] is for.
#[must_use = "a context ends where its scope is dropped"]
pub struct ContextScope(Surroundings, PhantomData<*const ()>);

impl Drop for ContextScope {
    fn drop(&mut self) {
        let outer = mem::take(&mut self.0);
        let _ = CURRENT.try_with(|current| current.replace(outer));
    }
}

/// Sets fields of the context for all records that this thread makes as long as the scope lives. What is absent
/// stays as it is around; contexts nest.
pub fn telemetry_context(fields: &TelemetryContext) -> ContextScope {
    let (mut context, trace) = surroundings();
    // Protobuf's merge is just that: what is set replaces.
    let _ = context.merge_from_slice(&fields.encode_to_vec());
    enter((context, trace))
}

/// Sets the trace and span, as OpenTelemetry and Datadog number them, for all records that this thread makes as
/// long as the scope lives. There is none where one of them is zero (docs/record.md, section 4).
pub fn telemetry_trace(trace_id: u128, span_id: u64) -> ContextScope {
    let digits = u64::try_from(trace_id).map_or_else(|_| format!("{trace_id:032x}"), |id| id.to_string());
    let trace = TelemetryTrace { trace_id: digits, span_id: span_id.to_string(), ..Default::default() };
    enter((surroundings().0, Some(trace).filter(|_| trace_id != 0 && span_id != 0)))
}

/// Runs a future with fields of the context set, on whatever threads it is polled.
pub async fn in_context<F: Future>(fields: TelemetryContext, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|waker| {
        let _scope = telemetry_context(&fields);
        future.as_mut().poll(waker)
    })
    .await
}

fn enter(inner: Surroundings) -> ContextScope {
    let outer = CURRENT.try_with(|current| current.replace(inner));
    ContextScope(outer.unwrap_or_default(), PhantomData)
}

/// Returns what surrounds this thread now; nothing, where the thread is about to end.
pub(crate) fn surroundings() -> Surroundings {
    CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default()
}
