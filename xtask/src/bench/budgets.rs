//! What a storefront pays, beside the budget of each figure.

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
    lines.iter().map(row).collect()
}

fn row(line: &Measured) -> Result<Row, Failure> {
    let unit = line.text("/unit")?;
    let (value, most, aim) = (line.number("/value")?, line.number("/most")?, line.number("/aim")?);
    let verdict = match value {
        _ if value <= aim => "within the aim",
        _ if value <= most => "within the budget",
        _ => "OVER THE BUDGET",
    };
    let why = line.text("/why").map_or(String::new(), |why| format!("; {why}"));
    Ok(Row {
        area: "budget",
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

    #[test]
    fn a_figure_is_judged_by_its_budget() {
        let judged = |value: f64| {
            let line = format!("{{\"what\":\"x\",\"value\":{value},\"unit\":\"B\",\"most\":100,\"aim\":50}}");
            row(&Measured::parse(&line).unwrap()).unwrap().peer
        };
        assert!(judged(50.0).ends_with("within the aim"));
        assert!(judged(100.0).ends_with("within the budget"));
        assert!(judged(101.0).ends_with("OVER THE BUDGET"));
    }
}
