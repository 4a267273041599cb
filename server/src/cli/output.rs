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

/// `1234567` as `1,234,567`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_parted() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(super::thousands(number), text);
        }
    }
}
