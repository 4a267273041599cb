//! What was read, what was dropped, and why.
//!
//! The values of the contract's error log (total record count, total dropped records, error types
//! with examples) per entity, as JSON and as a few lines for people. It counts nothing itself. No
//! shopper is ever named, and no path outside the data folder.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::door::ReadAs;
use super::table::Table;
use super::tally::{Count, Tally};
use crate::progress::thousands;

/// About the whole folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How the files were understood.
    pub read_as: ReadAs,
    /// Where column order and types came from.
    pub columns_from: ColumnsFrom,
    /// Entities that were read, in a fixed order; only those that the folder has.
    pub entities: Vec<EntityReport>,
    /// Entities that are there and were not read.
    pub not_read: Vec<NotRead>,
    /// Anything else worth knowing.
    pub notes: Vec<String>,
}

/// Where column order and types came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ColumnsFrom {
    /// The folder's `model.json`.
    ModelJson,
    /// The built-in order, because the folder has no `model.json`.
    #[default]
    BuiltIn,
    /// The files themselves, which name their columns.
    Files,
}

/// About one entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityReport {
    /// Its name in the contract.
    pub entity: &'static str,
    /// Files read, in order, as paths under the data folder.
    pub files: Vec<String>,
    /// Rows found, without empty lines and declared header rows.
    pub total_record_count: u64,
    /// Rows that count for nothing.
    pub total_dropped_records: u64,
    /// Rows that were taken.
    pub accepted: u64,
    /// Why rows were dropped; their counts add up to `total_dropped_records`.
    pub errors: Vec<Problem>,
    /// What was odd about rows that were taken.
    pub warnings: Vec<Problem>,
    /// Files that could not be read to their end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub damaged_files: Vec<DamagedFile>,
    /// Anything else worth knowing.
    pub notes: Vec<String>,
}

/// A file whose content breaks off: rows before the damage count, the rest is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DamagedFile {
    /// Path under the data folder.
    pub file: String,
    /// What is wrong with it.
    pub message: String,
}

/// One thing that is wrong, with its count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Name of the kind of error; the contract's where it has one.
    pub error_type: &'static str,
    /// The column, or `None` when the row as a whole is meant.
    pub column: Option<String>,
    /// Rows.
    pub count: u64,
    /// What it means and what to do.
    pub message: &'static str,
    /// The first few places.
    pub examples: Vec<Example>,
}

/// One place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// Path under the data folder.
    pub file: String,
    /// Line on which the row starts, from 1.
    pub line: u64,
    /// The value, shortened; its shape or length only where it could name a shopper.
    pub value: String,
}

/// An entity that is there and was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotRead {
    /// Its name.
    pub entity: String,
    /// Files that were found for it.
    pub files: Vec<String>,
    /// Why.
    pub reason: &'static str,
}

impl Report {
    /// The part about one entity, if the folder has it.
    pub fn entity(&self, name: &str) -> Option<&EntityReport> {
        self.entities.iter().find(|entity| entity.entity == name)
    }
}

impl EntityReport {
    pub(super) fn new(table: &Table<'_>, tally: &Tally, notes: Vec<String>) -> Self {
        EntityReport {
            entity: table.layout.entity.name,
            files: table.files.iter().map(|file| file.shown.clone()).collect(),
            total_record_count: tally.records,
            total_dropped_records: tally.dropped,
            accepted: tally.records - tally.dropped,
            errors: problems(table, &tally.errors),
            warnings: problems(table, &tally.warnings),
            damaged_files: tally
                .damaged
                .iter()
                .map(|(file, message)| damaged(table, *file, message))
                .collect(),
            notes: table.layout.notes.iter().cloned().chain(notes).chain(tally.passed.notes()).collect(),
        }
    }
}

fn damaged(table: &Table<'_>, file: usize, message: &str) -> DamagedFile {
    DamagedFile { file: table.files[file].shown.clone(), message: message.to_owned() }
}

fn problems(table: &Table<'_>, counts: &[Count]) -> Vec<Problem> {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|count| (count.column, count.reason));
    let example = |place: &super::tally::Place| Example {
        file: table.files[place.file].shown.clone(),
        line: place.line,
        value: place.value.clone(),
    };
    let problem = |count: &Count| Problem {
        error_type: count.reason.name(),
        column: count.column.map(|column| table.layout.slots[column].name.clone()),
        count: count.rows,
        message: count.reason.message(),
        examples: count.examples.iter().map(example).collect(),
    };
    counts.into_iter().map(problem).collect()
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if self.columns_from == ColumnsFrom::BuiltIn {
            writeln!(out, "no model.json: columns are taken in the contract's own order")?;
        }
        if self.read_as != ReadAs::Contract {
            writeln!(out, "read as {}", self.read_as.name())?;
        }
        for entity in &self.entities {
            entity.fmt(out)?;
        }
        for other in &self.not_read {
            writeln!(out, "{}: {} ({} files)", other.entity, other.reason, other.files.len())?;
        }
        self.notes.iter().try_for_each(|note| writeln!(out, "{note}"))
    }
}

impl Display for EntityReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let (records, dropped) = (self.total_record_count, self.total_dropped_records);
        writeln!(out, "{}: {} rows, {} dropped", self.entity, thousands(records), thousands(dropped))?;
        for (problems, verb) in [(&self.errors, "dropped"), (&self.warnings, "kept")] {
            for problem in problems {
                problem.line(out, verb)?;
            }
        }
        for DamagedFile { file, message } in &self.damaged_files {
            writeln!(out, "  {file} could not be read to its end: {message}; rows before that count")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(out, "  {note}"))
    }
}

impl Problem {
    fn line(&self, out: &mut Formatter<'_>, verb: &str) -> fmt::Result {
        write!(out, "  {} {verb}, {}", thousands(self.count), self.error_type)?;
        if let Some(column) = &self.column {
            write!(out, " in {column}")?;
        }
        write!(out, ": {}", self.message)?;
        if let Some(example) = self.examples.first() {
            write!(out, "; first at {}:{}", example.file, example.line)?;
            if !example.value.is_empty() {
                write!(out, " {:?}", example.value)?;
            }
        }
        writeln!(out)
    }
}
