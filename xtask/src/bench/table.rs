//! The one table, aligned, so that a terminal shows it as well as a page.

use super::Pace;
use crate::page;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Part of the product.
    pub(super) area: &'static str,
    /// What was measured, on what.
    pub(super) what: String,
    /// Our figures.
    pub(super) ours: String,
    /// The peer's figures from the same run, when there is a peer.
    pub(super) peer: String,
}

const HEADER: [&str; 4] = ["area", "what", "Cookshelf", "peer, same run"];

/// The whole page.
pub(super) fn page(machine: &str, pace: Pace, rows: &[Row]) -> String {
    let mut page = format!("# Benchmarks\n\n{machine}\n\n");
    page += match pace {
        Pace::Full => "Made by `cargo xtask bench`; anyone can run it. No number here was typed by hand.\n",
        Pace::Quick => "Made by `cargo xtask bench --quick`: small runs, not for publishing.\n",
    };
    page += "Times are of one call: half of all calls take at most p50, 95 of 100 at most p95. ";
    page += "Sizes are in bytes as stored · after brotli 11.\n\n";
    page + &table(rows)
}

/// The heading of what is measured once and kept.
pub(super) const ONCE: &str = "Measured once, by `cargo xtask bench --only huge`";

/// What stands below [`ONCE`].
pub(super) fn once(machine: &str, rows: &[Row]) -> String {
    format!("{machine}\n\n{}", table(rows))
}

fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(|row| [row.area, &row.what, &row.ours, &row.peer].map(str::to_owned));
    page::table(HEADER, &cells.collect::<Vec<_>>())
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds in the unit a person would choose.
pub(crate) fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms >= 1000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 10.0 => format!("{ms:.0} ms"),
        ms if ms >= 1.0 => format!("{ms:.1} ms"),
        ms => format!("{:.0} µs", ms * 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(1_234_567.4), "1,234,567");
        assert_eq!(thousands(999.0), "999");
        assert_eq!(duration(0.0123), "12 µs");
        assert_eq!(duration(12.3), "12 ms");
        assert_eq!(duration(1.26), "1.3 ms");
        assert_eq!(duration(2345.0), "2.3 s");
    }
}
