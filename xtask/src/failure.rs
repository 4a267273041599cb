//! What went wrong, as one sentence a person can act on.

use std::fmt;
use std::path::Path;

/// A failed step: what, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// A failure described by one or more full lines.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A file operation that failed: `could not <verb> <path>: <error>`.
    pub fn file(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        Self(format!("could not {verb} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
