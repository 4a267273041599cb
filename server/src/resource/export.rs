//! A stack as text that reads back as the same stack.
//!
//! Secrets were never in it: specs hold references only. What is as it would be anyway is written too, so that the
//! text says all there is.

use serde_json::{Map, Value};

use super::place::Place;
use super::spec::Spec;
use super::stack::{Stack, snake};
use super::table;

impl Stack {
    /// The text of a stack file.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (account, spec) in self.resources.iter().filter(|(place, _)| matches!(place, Place::Account(_))) {
            section(&mut out, "account", account, spec);
            let own = |place: &Place| account.holds(place) && place != account;
            for (place, spec) in self.resources.iter().filter(|(place, _)| own(place)) {
                section(&mut out, &format!("account.{}", place.kind()), place, spec);
            }
        }
        out
    }
}

fn section(out: &mut String, heading: &str, place: &Place, spec: &Spec) {
    let gap = if out.is_empty() { "" } else { "\n" };
    out.push_str(&format!("{gap}[[{heading}]]\nname = \"{}\"\n", place.name()));
    let Value::Object(spec) = file_keys(spec.json()) else { return };
    let lines = table::lines(&spec).expect("a checked spec has no null and no number too large");
    for line in lines {
        out.push_str(&line.text);
        out.push('\n');
    }
}

/// The same with keys in the spelling of the file; those of settings stay.
fn file_keys(value: Value) -> Value {
    match value {
        Value::Object(table) => {
            let renamed = table.into_iter().map(|(key, value)| match key.as_str() {
                "settings" => (key, value),
                _ => (snake(&key), file_keys(value)),
            });
            Value::Object(renamed.collect::<Map<String, Value>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(file_keys).collect()),
        other => other,
    }
}
