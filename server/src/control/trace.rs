//! Spans of what is asked of the database, below the request or the cook that it is asked for.
//!
//! What is asked over and over beside the work has no span above it, and so none itself. Invariant: neither statements nor
//! what fills their places are told, only that there was one, how long it took and by which word it failed.

use super::Control;
use super::address::DatabaseKind;
use super::error::ControlError;
use crate::traces::{Kind, Trace, child};

impl Control {
    /// A span that begins now; `operation` is a word of ours.
    pub(super) fn trace(&self, operation: &'static str) -> Trace {
        let trace = child(operation, Kind::Client);
        let system = match self.kind() {
            DatabaseKind::Sqlite => "sqlite",
            DatabaseKind::Postgres => "postgresql",
        };
        trace.set("db.system.name", system);
        trace.set("db.operation.name", operation);
        trace
    }
}

/// What came of it; a failure is noted down.
pub(super) fn noted<T>(trace: &Trace, done: Result<T, ControlError>) -> Result<T, ControlError> {
    if let Err(error) = &done {
        trace.fail(error.word());
    }
    done
}
