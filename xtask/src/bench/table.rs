//! The one table, aligned, so that a terminal shows it as well as a page.

use super::Pace;

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
const ONCE: &str = "\n## Measured once, by `cargo xtask bench --only huge`\n";

/// A page with the part of an earlier one that is measured once.
pub(super) fn keep_once(before: &str, page: String) -> String {
    match before.find(ONCE) {
        Some(at) => page + &before[at..],
        None => page,
    }
}

/// An earlier page with another part that is measured once.
pub(super) fn with_once(before: &str, machine: &str, rows: &[Row]) -> String {
    let page = before.find(ONCE).map_or(before, |at| &before[..at]);
    format!("{page}{ONCE}\n{machine}\n\n{}", table(rows))
}

fn table(rows: &[Row]) -> String {
    let mut cells: Vec<[&str; 4]> = vec![HEADER];
    cells.extend(rows.iter().map(|row| [row.area, &row.what, &row.ours, &row.peer]));
    let width = |column: usize| cells.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let line = |cells: &[&str; 4]| -> String {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("| {cell:<width$} "));
        padded.collect::<String>() + "|\n"
    };
    let rule: String = widths.iter().map(|width| format!("|{}", "-".repeat(width + 2))).collect();
    let mut text = line(&cells[0]) + &rule + "|\n";
    text.extend(cells[1..].iter().map(line));
    text
}

/// `1234567` as `1,234,567`.
pub(super) fn thousands(number: f64) -> String {
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
pub(super) fn duration(milliseconds: f64) -> String {
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
    fn what_is_measured_once_stays_and_is_replaced() {
        let row =
            |what: &str| Row { area: "a", what: what.to_owned(), ours: "1".to_owned(), peer: String::new() };
        let first = with_once("page\n", "machine", &[row("old")]);
        let kept = keep_once(&first, "new page\n".to_owned());
        assert!(kept.starts_with("new page\n") && kept.contains("| old"), "{kept}");
        let second = with_once(&kept, "machine", &[row("young")]);
        assert!(second.contains("| young") && !second.contains("| old"), "{second}");
    }

    #[test]
    fn columns_line_up() {
        let row =
            |what: &str| Row { area: "cook", what: what.into(), ours: "1 µs".into(), peer: String::new() };
        let text = table(&[row("short"), row("longer one")]);
        let lengths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{text}");
        assert!(text.contains("| cook | short      | 1 µs"), "{text}");
    }

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
