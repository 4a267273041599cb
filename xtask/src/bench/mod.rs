//! `cargo xtask bench`: every measurement, one table, `BENCHMARKS.md`.
//!
//! Measures nothing itself: it runs programs that print JSON, and lays their
//! numbers out. Invariant: no number in the table was typed by a person.

mod cook;
mod machine;
mod measured;
mod read;
mod scoring;
mod serving;
mod sizes;
mod table;

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
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

const PARTS: [Part; 6] = [
    Part { name: "read", about: "rows read and cleaned, against Polars", rows: read::rows },
    Part { name: "cook", about: "rows per second, peak memory", rows: cook::rows },
    Part { name: "bytes", about: "sections and package, raw and brotli", rows: sizes::rows },
    Part { name: "native", about: "decode and score", rows: scoring::native_rows },
    Part {
        name: "browser",
        about: "decode and score in Chromium, against plain JavaScript",
        rows: scoring::browser_rows,
    },
    Part { name: "serving", about: "blobs, against nginx", rows: serving::rows },
];

/// Measures and prints; a full run of all parts also writes the page.
pub fn run(workshop: &Workshop, plan: &BenchPlan) -> Result<ExitCode, Failure> {
    let parts = chosen(plan)?;
    let mut rows = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        workshop.journal.step(place + 1, parts.len(), &format!("{}: {}", part.name, part.about));
        rows.extend((part.rows)(workshop, plan.pace)?);
    }
    let page = table::page(&machine::line(workshop)?, plan.pace, &rows);
    print!("{page}");
    if plan.pace == Pace::Full && plan.only.is_empty() {
        let path = workshop.places.repo.join("BENCHMARKS.md");
        fs::write(&path, page).map_err(|e| Failure::file("write", &path, &e))?;
        eprintln!("written to {}", path.display());
    }
    eprintln!("measured in {}", workshop.journal.elapsed());
    Ok(ExitCode::SUCCESS)
}

fn chosen(plan: &BenchPlan) -> Result<Vec<&'static Part>, Failure> {
    if let Some(name) = plan.only.iter().find(|name| PARTS.iter().all(|part| part.name != *name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(Failure::new(format!("there is no part `{name}`; there are {}", names.join(", "))));
    }
    let wanted = |part: &&Part| plan.only.is_empty() || plan.only.iter().any(|name| name == part.name);
    Ok(PARTS.iter().filter(wanted).collect())
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
}
