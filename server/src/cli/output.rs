//! The only place that prints. A closed pipe is not an error of ours.

use std::io::{Write, stderr, stdout};

use serde::Serialize;

/// A line of the answer.
pub(super) fn line(text: &str) {
    let _ = writeln!(stdout(), "{text}");
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
