//! Native answers in the numbers that an engine of the package gives.
//!
//! Written down once more, apart from the browser module, so that a mistake there is
//! found. Nothing is computed here.

use cookshelf_core::{Explanation, List, Rule};

/// As an engine lays a list out.
pub fn flat(list: &List) -> Vec<f64> {
    let mut out = vec![f64::from(list.level as u8), list.items.len() as f64];
    for item in &list.items {
        let because = item.because.map_or(-1.0, f64::from);
        out.extend([f64::from(item.position), f64::from(item.score), f64::from(item.reason as u8), because]);
    }
    out.extend(Rule::ALL.map(|rule| f64::from(list.removed.by(rule))));
    out
}

/// As an engine lays an explanation out.
pub fn flat_explanation(why: &Explanation) -> Vec<f64> {
    let found = why.found.map_or([0.0, 0.0, -1.0], |(place, item)| {
        [f64::from(place), f64::from(item.score), f64::from(item.list.number())]
    });
    let rhythm = why.rhythm.map_or([0.0; 3], |rhythm| {
        [f64::from(rhythm.times), f64::from(rhythm.days), f64::from(rhythm.last_hours) / 24.0]
    });
    let mut out = found.to_vec();
    out.push(why.rule.map_or(-1.0, |rule| f64::from(rule as u8)));
    out.extend(rhythm);
    for part in &why.parts {
        out.extend([f64::from(part.cause as u8), f64::from(part.of), part.amount]);
    }
    out
}

/// The bits of numbers, little-endian.
pub fn hex_of_numbers(numbers: &[f64]) -> String {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    hex(&bytes)
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
