//! `cargo xtask bench`: every measurement, one table, `BENCHMARKS.md`.
//!
//! Measures nothing itself: it runs programs that print JSON, and lays their
//! numbers out. Invariant: no number in the table was typed by a person.

mod cook;
mod machine;
mod measured;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BenchPlan {
    /// How much time to spend.
    pub pace: Pace,
}

/// How much time to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The published figures.
    Full,
    /// Small runs that show whether everything works; not for publishing.
    Quick,
}

type Part = (&'static str, fn(&Workshop, Pace) -> Result<Vec<Row>, Failure>);

const PARTS: [Part; 5] = [
    ("cook: rows per second, peak memory", cook::rows),
    ("bytes: sections and package", sizes::rows),
    ("decode and score, native", scoring::native_rows),
    ("decode and score in Chromium, against plain JavaScript", scoring::browser_rows),
    ("serve blobs, against nginx", serving::rows),
];

/// Measures everything and writes the page.
pub fn run(workshop: &Workshop, plan: BenchPlan) -> Result<ExitCode, Failure> {
    let mut rows = Vec::new();
    for (place, (title, measure)) in PARTS.iter().enumerate() {
        workshop.journal.step(place + 1, PARTS.len(), title);
        rows.extend(measure(workshop, plan.pace)?);
    }
    let page = table::page(&machine::line(workshop)?, plan.pace, &rows);
    print!("{page}");
    let path = match plan.pace {
        Pace::Full => workshop.places.repo.join("BENCHMARKS.md"),
        // The published page holds full runs only.
        Pace::Quick => workshop.places.cache.join("BENCHMARKS-quick.md"),
    };
    fs::write(&path, page).map_err(|e| Failure::file("write", &path, &e))?;
    eprintln!("written to {} after {}", path.display(), workshop.journal.elapsed());
    Ok(ExitCode::SUCCESS)
}
