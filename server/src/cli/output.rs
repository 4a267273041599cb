//! The only place that prints. A closed pipe is not an error of ours.

use std::{
    io::{Write, stderr, stdout},
    path::Path,
};

use serde::Serialize;

/// A line of the answer.
pub(super) fn line(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}

/// The ending of a file's name in lower case, which says what is written into it; empty when there is none.
pub(super) fn ending(path: &Path) -> String {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase()
}

/// A line for the person at the terminal.
pub(super) fn note(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

/// What went wrong.
pub(super) fn error(text: &str) {
    let _ = writeln!(stderr(), "error: {text}");
}

/// The answer for machines.
pub(super) fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(&text),
        Err(cause) => error(&cause.to_string()),
    }
}
