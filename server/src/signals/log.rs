//! Lines of the log: for people, or one JSON object each for programs that collect them.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::moment::rfc3339;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It happened.
    Info,
    /// Somebody should look.
    Warn,
    /// It should not happen.
    Error,
}

impl Display for Level {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        })
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Level::Info, Level::Warn, Level::Error].into_iter().find(|one| one.to_string() == text);
        found.ok_or_else(|| format!("`{text}` is none of info, warn, error"))
    }
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Text,
    /// A JSON object each.
    Json,
}

impl FromStr for LogForm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(LogForm::Text),
            "json" => Ok(LogForm::Json),
            other => Err(format!("`{other}` is neither text nor json")),
        }
    }
}

/// Writes lines.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// How they look.
    pub form: LogForm,
    /// The least that is written.
    pub least: Level,
    /// Where they go, without their end.
    pub write: fn(&str),
    /// The time, in milliseconds since 1970.
    pub clock: fn() -> i64,
}

impl Log {
    /// One line.
    pub fn line(&self, level: Level, message: &str, fields: &[(&'static str, Value)]) {
        if level < self.least {
            return;
        }
        let at = moment((self.clock)());
        let line = match self.form {
            LogForm::Json => json(&at, level, message, fields),
            LogForm::Text => text(&at, level, message, fields),
        };
        (self.write)(&line);
    }
}

/// A moment to the millisecond.
fn moment(now_ms: i64) -> String {
    let whole = rfc3339(now_ms.div_euclid(1000));
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), now_ms.rem_euclid(1000))
}

fn json(at: &str, level: Level, message: &str, fields: &[(&'static str, Value)]) -> String {
    let mut line = Map::new();
    line.insert("at".to_owned(), at.into());
    line.insert("level".to_owned(), level.to_string().into());
    line.insert("message".to_owned(), message.into());
    for (name, value) in fields {
        line.insert((*name).to_owned(), value.clone());
    }
    Value::Object(line).to_string()
}

fn text(at: &str, level: Level, message: &str, fields: &[(&'static str, Value)]) -> String {
    let mut line = format!("{at} {level} {}", plain(message));
    for (name, value) in fields {
        let value = match value {
            Value::String(text) if !text.is_empty() && !text.contains([' ', '"']) => plain(text),
            other => other.to_string(),
        };
        line += &format!(" {name}={value}");
    }
    line
}

/// Without what would begin another line, or move the cursor of a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    thread_local! {
        static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    fn written(form: LogForm, least: Level, message: &str) -> Vec<String> {
        let write = |line: &str| LINES.with_borrow_mut(|lines| lines.push(line.to_owned()));
        let log = Log { form, least, write, clock: || 1_795_338_000_042 };
        log.line(Level::Warn, message, &[("request", json!("a-1")), ("ms", json!(3)), ("why", json!("b c"))]);
        LINES.with_borrow_mut(std::mem::take)
    }

    #[test]
    fn a_line_is_one_line_whatever_it_quotes() {
        let lines = written(LogForm::Text, Level::Info, "broken\nadmin did it\u{1b}[2J");
        assert_eq!(
            lines,
            ["2026-11-22T09:00:00.042Z warn broken admin did it [2J request=a-1 ms=3 why=\"b c\""]
        );
        let lines = written(LogForm::Json, Level::Info, "broken\n\"");
        assert!(!lines[0].contains('\n'));
        let read: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(
            (&read["message"], &read["ms"], &read["level"]),
            (&json!("broken\n\""), &json!(3), &json!("warn"))
        );
    }

    #[test]
    fn what_matters_less_is_left_out() {
        assert!(written(LogForm::Text, Level::Error, "x").is_empty());
        assert_eq!(written(LogForm::Text, Level::Warn, "x").len(), 1);
    }
}
