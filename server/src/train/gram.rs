//! How often two items meet in one row: the co-occurrence matrix, sparse.
//!
//! Deliberately not a dense n × n matrix and not symmetric storage: only pairs
//! (a, b) with a < b are kept. Invariant: every value is an exact sum, so it
//! depends on which rows hold the pair and on nothing else.

use rayon::prelude::*;

use crate::progress::Stage;

use super::age::faded;
use super::matrix::Matrix;
use super::params::RidgeParams;
use super::rounding::exact;

/// A row that met more than one in this many of the items above it is laid out: little memory, much faster.
const LAID_OUT_FROM: usize = 4;
/// Shops of so few items have every row laid out: 64 MB at most.
const ALL_LAID_OUT: usize = 5792;
/// Rows and columns that are mirrored at once.
const TILE: usize = 16;
/// How often to tell the bar.
const REPORT_EVERY: usize = 256;

/// Scaled co-occurrence, and the items worth regressing on.
#[derive(Debug)]
pub(super) struct Gram {
    /// The diagonal: how much each item was chosen.
    pub(super) own: Vec<f32>,
    /// Per item: its candidate seeds, ascending.
    pub(super) candidates: Vec<Vec<u32>>,
    above: Vec<Above>,
}

/// The pairs of one item with items of higher number: listed, or laid out where most of them exist.
#[derive(Debug)]
enum Above {
    /// Ascending items and their values.
    Listed(Box<[u32]>, Box<[f32]>),
    /// One value for each higher item, from the next one on.
    LaidOut(Box<[f32]>),
}

/// What one item met so far.
#[derive(Debug, Clone, Copy, Default)]
struct Meeting {
    weight: f64,
    /// Distinct people whose rows hold both.
    people: u32,
    /// The latest of them, plus one.
    latest: u32,
}

/// Working memory of one thread.
#[derive(Debug)]
struct Scratch {
    meetings: Vec<Meeting>,
    touched: Vec<u32>,
}

/// Counts all pairs of a matrix; a pair needs the rows of `floor` people to become a candidate.
pub(super) fn count(rows: &Matrix, params: &RidgeParams, floor: u32, stage: &Stage) -> Gram {
    let weights = row_weights(rows, params);
    let holders = rows.transposed();
    let own: Vec<f64> = (0..rows.width())
        .map(|item| holders.row(item).iter().map(|&row| weights[row as usize]).sum())
        .collect();
    let scratch = || Scratch { meetings: vec![Meeting::default(); rows.width()], touched: Vec::new() };
    let (candidates, above) = (0..rows.width())
        .into_par_iter()
        .map_init(scratch, |scratch, item| {
            meet(item, rows, &holders, &weights, scratch);
            let found = candidates(item, &own, params.candidates, floor, scratch);
            let above = take(item, scratch);
            if (item + 1) % REPORT_EVERY == 0 {
                stage.advance(REPORT_EVERY as u64);
            }
            (found, above)
        })
        .unzip();
    Gram { own: own.iter().map(|&value| value as f32).collect(), candidates, above }
}

/// (row length)^-scaling enters once for each of the two items of a pair; what is older counts less.
fn row_weights(rows: &Matrix, params: &RidgeParams) -> Vec<f64> {
    (0..rows.rows())
        .map(|row| {
            let length = rows.row(row).len().max(1) as f64;
            exact(length.powf(-2.0 * f64::from(params.scaling)) * faded(rows.age(row), params.fading))
        })
        .collect()
}

/// Walks all rows that hold the item and adds up what else they hold.
fn meet(item: usize, rows: &Matrix, holders: &Matrix, weights: &[f64], scratch: &mut Scratch) {
    for &row in holders.row(item) {
        let (weight, person) = (weights[row as usize], rows.person(row as usize) + 1);
        for &other in rows.row(row as usize) {
            let meeting = &mut scratch.meetings[other as usize];
            if meeting.latest == 0 {
                scratch.touched.push(other);
            }
            meeting.weight += weight;
            meeting.people += u32::from(meeting.latest != person);
            meeting.latest = person;
        }
    }
    scratch.touched.sort_unstable();
}

/// The items most like this one by cosine, ascending by number; ties go to the lower number.
fn candidates(item: usize, own: &[f64], most: usize, floor: u32, scratch: &Scratch) -> Vec<u32> {
    let mut near: Vec<(f64, u32)> = scratch
        .touched
        .iter()
        .filter(|&&other| other as usize != item && scratch.meetings[other as usize].people >= floor)
        .map(|&other| (scratch.meetings[other as usize].weight / own[other as usize].sqrt(), other))
        .collect();
    if near.len() > most {
        near.select_nth_unstable_by(most, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(most);
    }
    let mut found: Vec<u32> = near.into_iter().map(|(_, other)| other).collect();
    found.sort_unstable();
    found
}

/// Moves the upper half of the row out and clears the scratch.
fn take(item: usize, scratch: &mut Scratch) -> Above {
    let first = scratch.touched.partition_point(|&other| other as usize <= item);
    let (touched, meetings) = (&scratch.touched[first..], &scratch.meetings);
    let laid_out = meetings.len() <= ALL_LAID_OUT || touched.len() * LAID_OUT_FROM > meetings.len() - item;
    let above = if laid_out {
        Above::LaidOut(meetings[item + 1..].iter().map(|meeting| meeting.weight as f32).collect())
    } else {
        let values = touched.iter().map(|&other| meetings[other as usize].weight as f32);
        Above::Listed(touched.into(), values.collect())
    };
    for &other in &scratch.touched {
        scratch.meetings[other as usize] = Meeting::default();
    }
    scratch.touched.clear();
    above
}

impl Gram {
    /// Writes the values of all pairs of `items` (ascending) into `block`, row by row, `items.len()` wide.
    pub(super) fn block(&self, items: &[u32], block: &mut Vec<f32>) {
        let width = items.len();
        block.clear();
        block.resize(width * width, 0.0);
        for (place, &item) in items.iter().enumerate() {
            block[place * width + place] = self.own[item as usize];
            let row = &mut block[place * width + place + 1..(place + 1) * width];
            self.above[item as usize].read(item, &items[place + 1..], row);
        }
        mirror(block, width);
    }

    /// Writes the values of the pairs of `target` with each of `items` (ascending, without the target).
    pub(super) fn pairs(&self, target: u32, items: &[u32], values: &mut Vec<f32>) {
        values.clear();
        values.resize(items.len(), 0.0);
        let own = items.partition_point(|&item| item < target);
        for (&item, value) in items[..own].iter().zip(values.iter_mut()) {
            self.above[item as usize].read(item, &[target], std::slice::from_mut(value));
        }
        self.above[target as usize].read(target, &items[own..], &mut values[own..]);
    }
}

/// Copies the upper half into the lower one, tile by tile, so that what is read and written stays close together.
fn mirror(block: &mut [f32], width: usize) {
    let tiles = || (0..width).step_by(TILE);
    for (rows, columns) in tiles().flat_map(|rows| tiles().map(move |columns| (rows, columns))) {
        for place in rows..width.min(rows + TILE) {
            for other in columns..place.min(columns + TILE) {
                block[place * width + other] = block[other * width + place];
            }
        }
    }
}

impl Above {
    /// Reads the pairs of item `own` with `wanted`, ascending items above it; pairs that never met stay as they are.
    fn read(&self, own: u32, wanted: &[u32], values: &mut [f32]) {
        match self {
            Above::LaidOut(all) => {
                for (value, &item) in values.iter_mut().zip(wanted) {
                    *value = all[(item - own - 1) as usize];
                }
            }
            Above::Listed(items, all) => {
                let mut from = 0;
                for (value, &item) in values.iter_mut().zip(wanted) {
                    from += advance(&items[from..], item);
                    if items.get(from) == Some(&item) {
                        *value = all[from];
                    }
                }
            }
        }
    }
}

/// How many leading items are below `wanted`, by doubling steps: rows may be far longer than what is looked for.
fn advance(items: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    let mut low = 0;
    while low + step < items.len() && items[low + step] < wanted {
        low += step;
        step *= 2;
    }
    let high = items.len().min(low + step + 1);
    low + items[low..high].partition_point(|&item| item < wanted)
}

#[cfg(test)]
mod tests {
    use super::{advance, mirror};

    #[test]
    fn the_lower_half_mirrors_the_upper_one() {
        for width in [0, 1, 15, 16, 35] {
            let value = |place: usize, other: usize| (place.min(other) * 100 + place.max(other)) as f32;
            let upper =
                |at: usize| if at / width <= at % width { value(at / width, at % width) } else { -1.0 };
            let mut block: Vec<f32> = (0..width * width).map(upper).collect();
            mirror(&mut block, width);
            assert!((0..width * width).all(|at| block[at] == value(at / width, at % width)), "{width}");
        }
    }

    #[test]
    fn advance_finds_the_first_item_not_below() {
        let items: Vec<u32> = (0..100).map(|n| n * 3).collect();
        for wanted in 0..310 {
            let expected = items.iter().filter(|&&item| item < wanted).count();
            assert_eq!(advance(&items, wanted), expected, "{wanted}");
        }
        assert_eq!(advance(&[], 5), 0);
    }
}
