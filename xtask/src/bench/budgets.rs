//! What a storefront pays, beside the budget of each figure.

use std::collections::BTreeMap;

use super::Pace;
use super::measured::Measured;
use super::scoring;
use super::table::Row;
use crate::debian;
use crate::failure::Failure;
use crate::shop;
use crate::test::{SMALL, TEN_THOUSAND};
use crate::workshop::Workshop;

/// Items of the made-up models that the engine alone is timed on.
const SIZES: [u32; 2] = [10_000, 100_000];

const AREA: &str = "budget";

/// Said of a figure that is above what it may be at most.
const OVER: &str = "OVER THE BUDGET";

/// Bytes of the package and of a first visit; times in Chromium on a slowed processor.
pub(super) fn rows(workshop: &Workshop, _pace: Pace) -> Result<Vec<Row>, Failure> {
    workshop.program()?;
    workshop.package()?;
    workshop.browser()?;
    let (shop, small) = (shop::cook(workshop, TEN_THOUSAND)?, shop::cook(workshop, SMALL)?);
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests()).arg("budgets/main.mjs");
    node.args(scoring::models(workshop, &SIZES)?);
    node.env("COOKSHELF_PROGRAM", workshop.places.program()).env("COOKSHELF_MODELS", shop.models());
    node.env("COOKSHELF_ROOT", shop.root()).env("COOKSHELF_SMALL_MODELS", small.models());
    node.env("CHROMIUM", debian::chromium()?);
    let lines = Measured::parse_lines(&workshop.journal.output("what a storefront pays", &mut node)?)?;
    let mut rows: Vec<Row> = lines.iter().map(row).collect::<Result<_, _>>()?;
    rows.push(within_aims(&lines)?);
    Ok(rows)
}

/// How many budgets are within their aim with every figure that belongs to them.
fn within_aims(lines: &[Measured]) -> Result<Row, Failure> {
    let mut within: BTreeMap<String, bool> = BTreeMap::new();
    for line in lines {
        // A figure without a budget of its own is only told.
        let Ok(budget) = line.text("/row") else { continue };
        let is_within = line.number("/value")? <= line.number("/aim")?;
        *within.entry(budget).or_insert(true) &= is_within;
    }
    Ok(Row {
        area: AREA,
        what: "budgets within their aim, with all figures of theirs".to_owned(),
        ours: format!("{} of {}", within.values().filter(|is_within| **is_within).count(), within.len()),
        peer: String::new(),
    })
}

/// What is above its budget, of all that was measured.
pub(super) fn over(rows: &[Row]) -> Vec<String> {
    let over = rows.iter().filter(|row| row.area == AREA && row.peer.contains(OVER));
    over.map(|row| format!("{}: {}, {}", row.what, row.ours, row.peer)).collect()
}

fn row(line: &Measured) -> Result<Row, Failure> {
    let unit = line.text("/unit")?;
    let (value, most, aim) = (line.number("/value")?, line.number("/most")?, line.number("/aim")?);
    let verdict = match value {
        _ if value <= aim => "within the aim",
        _ if value <= most => "within the budget",
        _ => OVER,
    };
    let why = line.text("/why").map_or(String::new(), |why| format!("; {why}"));
    Ok(Row {
        area: AREA,
        what: line.text("/what")?,
        ours: figure(value, &unit),
        peer: format!("at most {}, aim {}: {verdict}{why}", figure(most, &unit), figure(aim, &unit)),
    })
}

/// Bytes are counted, times are not more exact than the clock.
fn figure(value: f64, unit: &str) -> String {
    let text = if value.fract() == 0.0 { super::table::thousands(value) } else { format!("{value:.1}") };
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: f64) -> Row {
        let line = format!("{{\"what\":\"x\",\"value\":{value},\"unit\":\"B\",\"most\":100,\"aim\":50}}");
        row(&Measured::parse(&line).unwrap()).unwrap()
    }

    #[test]
    fn a_figure_is_judged_by_its_budget() {
        assert!(judged(50.0).peer.ends_with("within the aim"));
        assert!(judged(100.0).peer.ends_with("within the budget"));
        assert!(judged(101.0).peer.ends_with("OVER THE BUDGET"));
    }

    #[test]
    fn a_budget_counts_when_all_its_figures_are_within_the_aim() {
        let line = |what: &str, value: u32, row: &str| {
            let text = format!("{{\"what\":\"{what}\",\"value\":{value},\"aim\":50{row}}}");
            Measured::parse(&text).unwrap()
        };
        let lines = [
            line("a", 50, ",\"row\":\"a\""),
            line("b, bytes", 1, ",\"row\":\"b\""),
            line("b, requests", 51, ",\"row\":\"b\""),
            line("told", 1, ""),
        ];
        assert_eq!(within_aims(&lines).unwrap().ours, "1 of 2");
    }

    #[test]
    fn only_what_is_above_its_budget_fails() {
        assert_eq!(over(&[judged(50.0), judged(100.0)]), Vec::<String>::new());
        assert_eq!(
            over(&[judged(100.0), judged(101.0)]),
            ["x: 101 B, at most 100 B, aim 50 B: OVER THE BUDGET"]
        );
        let other = Row { area: "serving", ..judged(101.0) };
        assert_eq!(over(&[other]), Vec::<String>::new());
    }
}
