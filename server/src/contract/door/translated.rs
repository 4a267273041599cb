//! What a door makes of some records: rows of an entity, rows that fit nowhere, and what was left out on purpose.

use super::super::rows::Rows;
use super::super::tally::{Fault, Reason};
use super::Broken;
use super::passed::{Passed, Why};

/// Rows of one entity, made from records of another kind of file.
#[derive(Debug)]
pub(in super::super) struct Translated {
    broken: Broken,
    pub(in super::super) rows: Rows,
    /// Rows that are dropped for a reason that only the door knows.
    pub(in super::super) misfits: Vec<Misfit>,
    /// What was left out on purpose.
    pub(in super::super) passed: Passed,
}

/// A row that is dropped.
#[derive(Debug)]
pub(in super::super) struct Misfit {
    pub(in super::super) line: u64,
    column: usize,
    reason: Reason,
    value: String,
}

impl Misfit {
    pub(in super::super) fn fault(&self) -> Fault<'_> {
        Fault { column: self.column, reason: self.reason, value: &self.value }
    }
}

impl Translated {
    /// Nothing yet.
    pub(in super::super) fn new(broken: Broken) -> Self {
        Self { broken, rows: Rows::default(), misfits: Vec::new(), passed: Passed::default() }
    }

    /// Adds a record that cannot be split, unless another table counts it.
    pub(super) fn broken(&mut self, line: u64, reason: Reason) {
        if self.broken == Broken::Counted {
            self.rows.broken(line, reason);
        }
    }

    /// Adds a row, in the order of the contract's columns; columns that are left out at the end are empty.
    pub(super) fn row(&mut self, line: u64, fields: &[&str]) {
        self.rows.begin(line);
        fields.iter().for_each(|field| self.rows.field(field));
    }

    /// Drops a row for one value.
    pub(super) fn misfit(&mut self, line: u64, column: usize, reason: Reason, value: &str) {
        self.misfits.push(Misfit { line, column, reason, value: value.to_owned() });
    }

    /// Leaves something out on purpose.
    pub(super) fn pass(&mut self, why: Why<'_>) {
        self.passed.add(why);
    }

    /// Bytes of all fields.
    pub(in super::super) fn bytes(&self) -> usize {
        self.rows.bytes()
    }

    /// True when there is nothing to hand on.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.rows.len() == 0 && self.misfits.is_empty() && self.passed.is_empty()
    }
}
