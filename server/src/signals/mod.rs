//! What a server tells its operator: lines of its log, figures of its work, and the way to its traces.
//!
//! Parts of the server say what happened; here it gets its form. Nothing is sent anywhere and nothing is decided
//! here. Invariant: a line is one line whatever it quotes, and neither lines nor figures hold addresses of callers,
//! queries, bodies or keys: whoever says something here gives only names that are meant for an operator.

mod figures;
mod log;
mod process;

pub use figures::{Figures, Gauges};
pub use log::{Level, Log, LogForm};
pub use process::Process;

use serde_json::Value;

use crate::traces::Traces;

/// Where everything is told.
#[derive(Debug)]
pub struct Signals {
    log: Log,
    /// Figures of the work.
    pub figures: Figures,
    /// Spans of the work.
    pub traces: Traces,
}

impl Signals {
    /// Nothing has happened yet.
    pub fn new(log: Log, traces: Traces) -> Self {
        Self { log, figures: Figures::new(), traces }
    }

    /// Something that the operator should see.
    pub fn warn(&self, message: &str) {
        self.log.line(Level::Warn, message, &[]);
    }

    /// Something that should not happen.
    pub fn fault(&self, message: &str, fields: &[(&'static str, Value)]) {
        self.log.line(Level::Error, message, fields);
    }

    /// Something that happened as it should.
    pub fn info(&self, message: &str, fields: &[(&'static str, Value)]) {
        self.log.line(Level::Info, message, fields);
    }
}
