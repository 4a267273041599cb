//! `cargo xtask bench`: every measurement, one table, `BENCHMARKS.md`.
//!
//! Measures nothing itself: it runs programs that print JSON, and lays their
//! numbers out. Invariant: no number in the table was typed by a person.

mod budgets;
mod cook;
mod huge;
pub(crate) mod machine;
pub(crate) mod measured;
mod read;
mod scoring;
mod serving;
mod sizes;
mod start;
pub(crate) mod table;

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::page;
use crate::workshop::Workshop;
use table::Row;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchPlan {
    /// How much time to spend.
    pub pace: Pace,
    /// Names of parts; empty means all.
    pub only: Vec<String>,
}

/// How much time to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The published figures.
    Full,
    /// Small runs that show whether everything works; not for publishing.
    Quick,
}

/// What one program measures.
struct Part {
    name: &'static str,
    about: &'static str,
    rows: fn(&Workshop, Pace) -> Result<Vec<Row>, Failure>,
}

const PARTS: [Part; 8] = [
    Part { name: "read", about: "rows read and cleaned, against Polars", rows: read::rows },
    Part { name: "cook", about: "rows per second, peak memory", rows: cook::rows },
    Part { name: "bytes", about: "sections and package, raw and brotli", rows: sizes::rows },
    Part { name: "native", about: "decode and score", rows: scoring::native_rows },
    Part {
        name: "browser",
        about: "decode and score in Chromium, against plain JavaScript",
        rows: scoring::browser_rows,
    },
    Part {
        name: "budgets",
        about: "what a storefront pays: bytes, requests, milliseconds on a phone",
        rows: budgets::rows,
    },
    Part { name: "serving", about: "blobs, against nginx", rows: serving::rows },
    Part { name: "start", about: "a server with a thousand endpoints", rows: start::rows },
];

/// Runs only when it is asked for, and keeps its place on the page.
const HUGE: Part = Part { name: "huge", about: "a hundred million interactions", rows: huge::rows };

/// Measures and prints; a full run of all parts also writes the page, one of `huge` its part of it. Fails at the end when
/// something is above its budget.
pub fn run(workshop: &Workshop, plan: &BenchPlan) -> Result<ExitCode, Failure> {
    let parts = chosen(plan)?;
    let mut rows = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        workshop.journal.step(place + 1, parts.len(), &format!("{}: {}", part.name, part.about));
        rows.extend((part.rows)(workshop, plan.pace)?);
    }
    let path = workshop.places.benchmarks();
    let before = fs::read_to_string(&path).unwrap_or_default();
    let machine = machine::line(workshop)?;
    let asked_for_huge = plan.only == [HUGE.name];
    let page = match asked_for_huge {
        true => page::with_part(&before, table::ONCE, &table::once(&machine, &rows)),
        false => page::with_top(&before, &table::page(&machine, plan.pace, &rows)),
    };
    print!("{page}");
    if plan.pace == Pace::Full && (plan.only.is_empty() || asked_for_huge) {
        fs::write(&path, page).map_err(|e| Failure::file("write", &path, &e))?;
        eprintln!("written to {}", path.display());
    }
    eprintln!("measured in {}", workshop.journal.elapsed());
    verdict(&rows)
}

/// A failure when something is above its budget, after all was measured and printed.
fn verdict(rows: &[Row]) -> Result<ExitCode, Failure> {
    let over = budgets::over(rows);
    if over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::new(format!("above the budget:\n  {}", over.join("\n  "))))
}

fn chosen(plan: &BenchPlan) -> Result<Vec<&'static Part>, Failure> {
    let parts = || PARTS.iter().chain([&HUGE]);
    if let Some(name) = plan.only.iter().find(|name| parts().all(|part| part.name != *name)) {
        let names: Vec<&str> = parts().map(|part| part.name).collect();
        return Err(Failure::new(format!("there is no part `{name}`; there are {}", names.join(", "))));
    }
    if plan.only.is_empty() {
        return Ok(PARTS.iter().collect());
    }
    Ok(parts().filter(|part| plan.only.iter().any(|name| name == part.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_chosen_by_name() {
        let plan = |only: &[&str]| BenchPlan {
            pace: Pace::Quick,
            only: only.iter().map(|&name| name.to_owned()).collect(),
        };
        let names =
            |only: &[&str]| chosen(&plan(only)).map(|parts| parts.iter().map(|p| p.name).collect::<Vec<_>>());
        assert_eq!(names(&[]).unwrap().len(), PARTS.len());
        assert_eq!(names(&["serving", "cook"]), Ok(vec!["cook", "serving"]));
        assert!(names(&["speed"]).unwrap_err().to_string().contains("serving"));
    }
    #[test]
    fn a_run_above_a_budget_fails() {
        let row = |peer: &str| Row {
            area: "budget",
            what: "x".to_owned(),
            ours: "101 B".to_owned(),
            peer: peer.to_owned(),
        };
        assert_eq!(verdict(&[row("within the budget")]), Ok(ExitCode::SUCCESS));
        let failure = verdict(&[row("OVER THE BUDGET")]).unwrap_err().to_string();
        assert!(failure.contains("x: 101 B"), "{failure}");
    }
}
