//! Who chose what: sparse rows of items, one per shopper or per basket.
//!
//! Deliberately knows nothing of regression or factors, nor which shopper a row
//! was. Invariant: items of a row are ascending without repeats, weights are
//! above zero, no shopper's row is empty, and the matrix does not depend on the
//! order of the interactions it was made from.

use crate::interaction::{ANONYMOUS, Interactions};

use super::rounding::significant;

/// Weights outside this range of the mean say more about logging than about taste.
const WEIGHT_RANGE: (f32, f32) = (0.1, 10.0);

/// Sparse rows with ascending columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matrix {
    starts: Vec<usize>,
    columns: Vec<u32>,
    weights: Vec<f32>,
    width: usize,
}

/// One positive interaction, before repeats are merged.
#[derive(Debug, Clone, Copy)]
struct Entry {
    item: u32,
    time: i64,
    strength: f32,
}

/// The shopper of row `row`, or its group (numbered after all shoppers) where it names none.
pub(super) fn actor(interactions: &Interactions, row: usize) -> u64 {
    match interactions.shopper[row] {
        ANONYMOUS => u64::from(interactions.shoppers) + u64::from(interactions.group[row]),
        shopper => u64::from(shopper),
    }
}

/// One row per shopper, and one per group for anonymous interactions.
pub(super) fn histories(interactions: &Interactions, items: usize, longest: usize) -> Matrix {
    let rows = interactions.shoppers as usize + interactions.groups as usize;
    build(interactions, items, rows, longest, |row| actor(interactions, row) as usize)
}

/// One row per group.
pub(super) fn baskets(interactions: &Interactions, items: usize, longest: usize) -> Matrix {
    build(interactions, items, interactions.groups as usize, longest, |row| interactions.group[row] as usize)
}

fn build(
    interactions: &Interactions,
    items: usize,
    rows: usize,
    longest: usize,
    row_of: impl Fn(usize) -> usize,
) -> Matrix {
    let positive =
        || (0..interactions.len()).filter(|&at| interactions.positive[at] && interactions.strength[at] > 0.0);
    let starts = offsets(rows, positive().map(&row_of));
    let mut next = starts.clone();
    let mut entries = vec![Entry { item: 0, time: 0, strength: 0.0 }; starts[rows]];
    for at in positive() {
        let place = &mut next[row_of(at)];
        entries[*place] = Entry {
            item: interactions.item[at],
            time: interactions.time[at],
            strength: interactions.strength[at],
        };
        *place += 1;
    }
    let mut matrix = Matrix { starts: vec![0], columns: Vec::new(), weights: Vec::new(), width: items };
    for row in 0..rows {
        matrix.push(merge(&mut entries[starts[row]..starts[row + 1]], longest));
    }
    matrix.level();
    matrix
}

/// Where each bucket starts when the numbered things are sorted by bucket; one entry more than buckets.
fn offsets(buckets: usize, of: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut starts = vec![0; buckets + 1];
    for bucket in of {
        starts[bucket + 1] += 1;
    }
    for bucket in 0..buckets {
        starts[bucket + 1] += starts[bucket];
    }
    starts
}

/// Merges repeats (newest time, greatest strength) and keeps the newest `longest`.
fn merge(entries: &mut [Entry], longest: usize) -> Vec<Entry> {
    entries.sort_unstable_by(|a, b| {
        a.item.cmp(&b.item).then(b.time.cmp(&a.time)).then(b.strength.total_cmp(&a.strength))
    });
    let mut merged: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.iter() {
        match merged.last_mut() {
            Some(last) if last.item == entry.item => last.strength = last.strength.max(entry.strength),
            _ => merged.push(*entry),
        }
    }
    if merged.len() > longest {
        merged.sort_unstable_by(|a, b| b.time.cmp(&a.time).then(a.item.cmp(&b.item)));
        merged.truncate(longest);
        merged.sort_unstable_by_key(|entry| entry.item);
    }
    merged
}

impl Matrix {
    /// Appends a row; an empty one would only cost memory, since nobody asks which shopper a row was.
    fn push(&mut self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        for entry in entries {
            self.columns.push(entry.item);
            self.weights.push(entry.strength);
        }
        self.starts.push(self.columns.len());
    }

    /// Makes weights relative to their mean, so that the scale a shop uses for Strength does not matter.
    fn level(&mut self) {
        let sum: f64 = self.weights.iter().map(|&w| f64::from(w)).sum();
        let mean = significant(sum / self.weights.len().max(1) as f64, 3) as f32;
        for weight in &mut self.weights {
            *weight = (*weight / mean.max(f32::MIN_POSITIVE)).clamp(WEIGHT_RANGE.0, WEIGHT_RANGE.1);
        }
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Number of entries.
    pub(super) fn entries(&self) -> usize {
        self.columns.len()
    }

    /// Columns of a row, ascending.
    pub(super) fn row(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row]..self.starts[row + 1]]
    }

    /// Weights beside [`Matrix::row`].
    pub(super) fn weights(&self, row: usize) -> &[f32] {
        &self.weights[self.starts[row]..self.starts[row + 1]]
    }

    /// Rows become columns and columns rows.
    pub(super) fn transposed(&self) -> Matrix {
        let starts = offsets(self.width, self.columns.iter().map(|&column| column as usize));
        let mut next = starts.clone();
        let mut columns = vec![0; self.entries()];
        let mut weights = vec![0.0; self.entries()];
        for row in 0..self.rows() {
            for (&column, &weight) in self.row(row).iter().zip(self.weights(row)) {
                let place = &mut next[column as usize];
                columns[*place] = row as u32;
                weights[*place] = weight;
                *place += 1;
            }
        }
        Matrix { starts, columns, weights, width: self.rows() }
    }

    /// The matrix without columns that fewer than `floor` rows have; columns keep their numbers, rows left empty go.
    pub(super) fn without_rare_columns(&self, floor: u32) -> Matrix {
        let mut count = vec![0u32; self.width];
        for &column in &self.columns {
            count[column as usize] += 1;
        }
        let mut kept =
            Matrix { starts: vec![0], columns: Vec::new(), weights: Vec::new(), width: self.width };
        for row in 0..self.rows() {
            for (&column, &weight) in self.row(row).iter().zip(self.weights(row)) {
                if count[column as usize] >= floor {
                    kept.columns.push(column);
                    kept.weights.push(weight);
                }
            }
            if kept.columns.len() > kept.starts[kept.rows()] {
                kept.starts.push(kept.columns.len());
            }
        }
        kept
    }
}
