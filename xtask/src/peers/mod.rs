//! `cargo xtask peers`: our lists beside those of other programs, on the same data in the same run.
//!
//! Measures nothing itself: it runs `cookshelf` and the scripts of `tests/peers/lists`, scores what the scripts
//! answered, and lays the figures out. Deliberately knows no data set: what is compared lies in a folder that the
//! caller names. Invariant: no number in the table was typed by a person.

mod layout;
mod others;
mod ours;
pub mod score;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bench::{Pace, machine};
use crate::failure::Failure;
use crate::page;
use crate::workshop::Workshop;
use layout::{Questions, Set};
use table::Row;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeersPlan {
    /// The folder of sets.
    pub data: PathBuf,
    /// Sets, lists, or `set/list`; empty means all.
    pub only: Vec<String>,
    /// How much time to spend.
    pub pace: Pace,
    /// How hard our side looks for settings: `off`, `quick` or `full`.
    pub tune: &'static str,
    /// A program that is built already.
    pub program: Option<PathBuf>,
}

/// Threads of every side.
const THREADS: &str = "2";
/// The heading of our part of the page.
const HEADING: &str = "Lists beside their peers, by `cargo xtask peers`";
const READ_ME: &str = "\
Every side learned from the same contract folder and answered the same cases; all items are ranked, and items of equal
score share the mean of their places. Ours is scored as packed, decoded and asked by the code that browsers run; peers
as they are, short lists filled up with popular items on both sides. Training is the last fit alone, without reading and
without the choice of settings, on two threads; for `text` and `look` it includes the table of neighbours, and reading
the pictures. Peak memory is that of the process: of peers until training ended, ours of the whole cook with its tuning,
reading and packing. Bytes an item: ours after brotli, with all that the list needs; of peers the arrays that they answer
from. Peers chose their settings on a cut of the data within two minutes each, where the last column says so. RecTools'
item-kNN and ALS are implicit's; of its own it has EASE. \"Long rows scaled down\" is no published method but our own
weighting in its dense form.";

/// Measures and prints; a full run of all sets also writes its part of the page.
pub fn run(workshop: &Workshop, plan: &PeersPlan) -> Result<ExitCode, Failure> {
    let (sets, mut left_out) = layout::sets(&absolute(&plan.data)?)?;
    let sets = layout::chosen(&sets, &plan.only)?;
    left_out.iter().for_each(|why| workshop.journal.note(&format!("left out: {why}")));
    let python = others::ready(workshop)?;
    let total = sets.iter().map(|set| set.questions.len()).sum();
    let (mut rows, mut number) = (Vec::new(), 0);
    for set in &sets {
        for asked in &set.questions {
            number += 1;
            workshop.journal.step(number, total, &format!("{}: {}", set.name, asked.name));
            let asked = shortened(workshop, plan.pace, set, asked)?;
            let mut found = Vec::new();
            match ours::rows(workshop, plan, set, &asked) {
                Ok(ours) => found.extend(ours),
                Err(failure) => {
                    eprintln!("{failure}");
                    left_out.push(format!("{}/{}: our own side failed", set.name, asked.name));
                }
            }
            found.extend(others::rows(workshop, plan, &python, (set, &asked))?);
            // A whole run takes long: what is known already is shown.
            eprint!("{}", table::table(&found, |_| asked.places()));
            rows.extend(found);
        }
        rows.push(ours::whole(workshop, plan, set)?);
    }
    let part = part(&machine::line(workshop)?, plan, &sets, &rows, &left_out);
    println!("## {HEADING}\n\n{part}");
    if plan.pace == Pace::Full && plan.only.is_empty() {
        let path = workshop.places.benchmarks();
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, page::with_part(&before, HEADING, &part))
            .map_err(|e| Failure::file("write", &path, &e))?;
        eprintln!("written to {}", path.display());
    }
    eprintln!("measured in {}", workshop.journal.elapsed());
    Ok(ExitCode::SUCCESS)
}

fn part(machine: &str, plan: &PeersPlan, sets: &[Set], rows: &[Row], left_out: &[String]) -> String {
    let places = |row: &Row| {
        let asked = sets.iter().filter(|set| set.name == row.set).flat_map(|set| &set.questions);
        asked.into_iter().find(|asked| asked.name == row.list).map_or(0, Questions::places)
    };
    let quick = if plan.pace == Pace::Quick { " --quick` (small, not for publishing)" } else { "`" };
    let mut text = format!("{machine} Made by `cargo xtask peers --data FOLDER{quick}.\n\n{READ_ME}\n\n");
    text += &table::table(rows, places);
    if !left_out.is_empty() {
        text += &format!("\nLeft out: {}.\n", left_out.join("; "));
    }
    text
}

impl Questions {
    /// Places that count.
    fn places(&self) -> u64 {
        self.ways.places.unwrap_or(20)
    }

    /// Words that say what may be shown, for both sides.
    fn conditions(&self) -> Vec<&str> {
        self.ways.conditions.iter().flat_map(|condition| ["--where", condition]).collect()
    }
}

/// Whether a list shows again what is in the context, as `cookshelf eval` has it by itself.
fn repeats(list: &str) -> &'static str {
    if matches!(list, "next" | "again" | "recent") { "show" } else { "hide" }
}

/// A quick run asks the first cases only.
fn shortened(workshop: &Workshop, pace: Pace, set: &Set, asked: &Questions) -> Result<Questions, Failure> {
    const QUICK: usize = 500;
    if pace == Pace::Full {
        return Ok(asked.clone());
    }
    let text = fs::read_to_string(&asked.file).map_err(|e| Failure::file("read", &asked.file, &e))?;
    let few: String = text.lines().take(1 + QUICK).map(|line| format!("{line}\n")).collect();
    let file = ours::folder(workshop, &set.name)?.join(format!("cases-{}.csv", asked.name));
    fs::write(&file, few).map_err(|e| Failure::file("write", &file, &e))?;
    Ok(Questions { file, ..asked.clone() })
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|e| Failure::file("find", path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_says_how_it_was_made_and_what_is_missing() {
        let asked = Questions {
            name: "look-type".to_owned(),
            list: "look".to_owned(),
            file: PathBuf::new(),
            ways: layout::Ways {
                places: Some(10),
                conditions: vec!["side=b".to_owned()],
                ..Default::default()
            },
        };
        assert_eq!(asked.conditions(), ["--where", "side=b"]);
        let set = Set { name: "s".to_owned(), root: PathBuf::new(), questions: vec![asked] };
        let found = table::Measurement {
            figures: vec![(score::Figure::Precision, 0.5)],
            seconds: 1.0,
            memory: 1e6,
            bytes_per_item: 10.0,
        };
        let list = "look-type".to_owned();
        let row = Row { set: "s".to_owned(), list, outcome: Ok(found), ..Row::default() };
        let plan = |pace| PeersPlan { data: "d".into(), only: vec![], pace, tune: "off", program: None };
        let text = |pace| {
            part(
                "Machine.",
                &plan(pace),
                std::slice::from_ref(&set),
                std::slice::from_ref(&row),
                &["x: y".into()],
            )
        };
        let full = text(Pace::Full);
        assert!(full.starts_with("Machine. Made by `cargo xtask peers --data FOLDER`."), "{full}");
        assert!(full.contains("| P@10 0.5000 ") && full.ends_with("\nLeft out: x: y.\n"), "{full}");
        assert!(text(Pace::Quick).contains("not for publishing"));
    }
}
