//! Who chose what: sparse rows of items, one per shopper or per basket.
//!
//! Deliberately knows nothing of regression or factors, nor which shopper a row
//! was. Invariant: items of a row are ascending without repeats, weights are
//! above zero, no shopper's row of choices is empty, and the matrix does not
//! depend on the order of the interactions it was made from.

use crate::interaction::{ANONYMOUS, Interactions};

use super::age::Span;
use super::refusals::{Refusal, Refusals};
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
    /// The age of the newest entry of each row; empty where nobody asks.
    ages: Vec<f32>,
    /// Whose each row is, ascending; empty where every row is somebody else's.
    people: Vec<u32>,
}

/// What shoppers chose, and beside it what they refused; row by row the same shoppers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histories {
    pub(super) chosen: Matrix,
    /// Rows may be empty. Weights are relative to the mean of what was chosen.
    pub(super) refused: Matrix,
}

/// One choice or refusal, before repeats are merged.
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
pub(super) fn histories(interactions: &Interactions, items: usize, longest: usize) -> Histories {
    let rows = interactions.shoppers as usize + interactions.groups as usize;
    let actor_of = |row| actor(interactions, row);
    let refusals = Refusals::of(interactions, actor_of);
    let refused = refusals.last_words(interactions, actor_of);
    let (chosen, numbers) = build(interactions, items, rows, longest, |row| {
        let actor = actor_of(row);
        refusals.leave_row(interactions, row, actor).then_some(actor as usize)
    });
    let refused = beside(&refused, &numbers, items, longest);
    level(Histories { chosen, refused })
}

/// One row per group; what a group refuses is not in its basket.
pub(super) fn baskets(interactions: &Interactions, items: usize, longest: usize) -> Matrix {
    let group_of = |row: usize| u64::from(interactions.group[row]);
    let refusals = Refusals::of(interactions, group_of);
    let owners = owners(interactions);
    // The baskets of one shopper stand together, so that shoppers can be counted.
    let mut order: Vec<usize> = (0..owners.len()).collect();
    order.sort_by_key(|&group| owners[group]);
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, &group)| place[group] = at);
    let (mut chosen, places) = build(interactions, items, order.len(), longest, |row| {
        let group = group_of(row);
        refusals.leave_row(interactions, row, group).then_some(place[group as usize])
    });
    let owner = |&place: &usize| owners[order[place]];
    let by_person = places.chunk_by(|a, b| owner(a) == owner(b)).zip(0..);
    chosen.people = by_person.flat_map(|(places, person)| places.iter().map(move |_| person)).collect();
    let refused = Matrix::empty(items);
    level(Histories { chosen, refused }).chosen
}

/// Whose each group is; of several shoppers, the one with the lowest number.
fn owners(interactions: &Interactions) -> Vec<u64> {
    let mut owners = vec![u64::MAX; interactions.groups as usize];
    for row in 0..interactions.len() {
        let owner = &mut owners[interactions.group[row] as usize];
        *owner = actor(interactions, row).min(*owner);
    }
    owners
}

/// The rows that `row_of` puts somewhere, and the number that each row had there.
fn build(
    interactions: &Interactions,
    items: usize,
    rows: usize,
    longest: usize,
    row_of: impl Fn(usize) -> Option<usize>,
) -> (Matrix, Vec<usize>) {
    let chosen = || (0..interactions.len()).filter_map(|at| Some((at, row_of(at)?)));
    let starts = offsets(rows, chosen().map(|(_, row)| row));
    let mut next = starts.clone();
    let mut entries = vec![Entry { item: 0, time: 0, strength: 0.0 }; starts[rows]];
    for (at, row) in chosen() {
        let place = &mut next[row];
        entries[*place] = Entry {
            item: interactions.item[at],
            time: interactions.time[at],
            strength: interactions.strength[at],
        };
        *place += 1;
    }
    let (mut matrix, mut numbers) = (Matrix::empty(items), Vec::new());
    let span = Span::of(interactions);
    for row in 0..rows {
        let merged = merge(&mut entries[starts[row]..starts[row + 1]], longest);
        // An empty row would only cost memory, since nobody asks which shopper a row was.
        if !merged.is_empty() {
            matrix.push(&merged);
            let newest = merged.iter().map(|entry| entry.time).max().unwrap_or(0);
            matrix.ages.push(span.age(newest));
            numbers.push(row);
        }
    }
    (matrix, numbers)
}

/// The refusals of the actors with these numbers; one who chose nothing has nothing to be set against.
fn beside(refusals: &[Refusal], numbers: &[usize], items: usize, longest: usize) -> Matrix {
    let mut matrix = Matrix::empty(items);
    let mut rest = refusals;
    for &number in numbers {
        rest = &rest[rest.partition_point(|one| one.actor < number as u64)..];
        let (own, others) = rest.split_at(rest.partition_point(|one| one.actor == number as u64));
        let entry = |one: &Refusal| Entry { item: one.item, time: one.time, strength: one.strength };
        let mut entries: Vec<Entry> = own.iter().map(entry).collect();
        matrix.push(&merge(&mut entries, longest));
        rest = others;
    }
    matrix
}

/// Makes weights relative to the mean of the choices, so that the scale a shop uses for Strength does not matter.
fn level(mut of: Histories) -> Histories {
    let sum: f64 = of.chosen.weights.iter().map(|&w| f64::from(w)).sum();
    let mean = significant(sum / of.chosen.entries().max(1) as f64, 3) as f32;
    for weight in of.chosen.weights.iter_mut().chain(&mut of.refused.weights) {
        *weight = (*weight / mean.max(f32::MIN_POSITIVE)).clamp(WEIGHT_RANGE.0, WEIGHT_RANGE.1);
    }
    of
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
    fn empty(width: usize) -> Self {
        Matrix {
            starts: vec![0],
            columns: Vec::new(),
            weights: Vec::new(),
            width,
            ages: Vec::new(),
            people: Vec::new(),
        }
    }

    /// Appends a row.
    fn push(&mut self, entries: &[Entry]) {
        self.columns.extend(entries.iter().map(|entry| entry.item));
        self.weights.extend(entries.iter().map(|entry| entry.strength));
        self.starts.push(self.columns.len());
    }

    /// Appends those entries of a row of another matrix that `keep` keeps; gives how many.
    fn push_some(&mut self, of: &Matrix, row: usize, keep: impl Fn(u32, f32) -> Option<f32>) -> usize {
        let before = self.entries();
        for (&column, &weight) in of.row(row).iter().zip(of.weights(row)) {
            if let Some(weight) = keep(column, weight) {
                self.columns.push(column);
                self.weights.push(weight);
            }
        }
        self.starts.push(self.entries());
        self.entries() - before
    }

    /// What of the weights lies above `floor`; the entries of the others go, the rows stay.
    pub(super) fn above(&self, floor: f32) -> Matrix {
        let mut left = Matrix::empty(self.width);
        for row in 0..self.rows() {
            left.push_some(self, row, |_, weight| (weight > floor).then_some(weight - floor));
        }
        left
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

    /// How old a row is, from 0 to 1.
    pub(super) fn age(&self, row: usize) -> f32 {
        self.ages.get(row).copied().unwrap_or(0.0)
    }

    /// The number of whoever a row is of; rows of one person stand together.
    pub(super) fn person(&self, row: usize) -> u32 {
        self.people.get(row).copied().unwrap_or(row as u32)
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
        Matrix { starts, columns, weights, width: self.rows(), ages: Vec::new(), people: Vec::new() }
    }
}

impl Histories {
    /// Without columns that fewer than `floor` rows chose; columns keep their numbers, rows left without choices go.
    pub(super) fn without_rare_columns(&self, floor: u32) -> Histories {
        let mut count = vec![0u32; self.chosen.width];
        for &column in &self.chosen.columns {
            count[column as usize] += 1;
        }
        let keep = |column: u32, weight: f32| (count[column as usize] >= floor).then_some(weight);
        let (mut chosen, mut refused) = (Matrix::empty(self.chosen.width), Matrix::empty(self.chosen.width));
        for row in 0..self.chosen.rows() {
            match chosen.push_some(&self.chosen, row, keep) {
                0 => drop(chosen.starts.pop()),
                _ => drop(refused.push_some(&self.refused, row, keep)),
            }
        }
        Histories { chosen, refused }
    }
}

#[cfg(test)]
mod tests {
    use crate::interaction::{ANONYMOUS, Interactions};

    use super::{Matrix, baskets, histories};

    /// (group, shopper, item, time, strength, positive)
    type Line = (u32, u32, u32, i64, f32, bool);

    fn interactions(lines: &[Line]) -> Interactions {
        let shoppers = lines.iter().filter(|line| line.1 != ANONYMOUS).map(|line| line.1 + 1);
        Interactions {
            group: lines.iter().map(|line| line.0).collect(),
            shopper: lines.iter().map(|line| line.1).collect(),
            item: lines.iter().map(|line| line.2).collect(),
            time: lines.iter().map(|line| line.3).collect(),
            strength: lines.iter().map(|line| line.4).collect(),
            positive: lines.iter().map(|line| line.5).collect(),
            groups: lines.iter().map(|line| line.0 + 1).max().unwrap_or(0),
            shoppers: shoppers.max().unwrap_or(0),
            ..Interactions::default()
        }
    }

    fn rows(matrix: &Matrix) -> Vec<Vec<(u32, f32)>> {
        let row = |row| matrix.row(row).iter().copied().zip(matrix.weights(row).iter().copied()).collect();
        (0..matrix.rows()).map(row).collect()
    }

    const LINES: [Line; 9] = [
        (0, 0, 0, 1, 2.0, true),
        (0, 0, 1, 1, 2.0, true),
        (0, 0, 2, 1, 2.0, true),
        // Shopper 0 thinks again about items 1 and 2, and about 2 once more, all in another group.
        (1, 0, 1, 5, 4.0, false),
        (1, 0, 2, 5, 2.0, false),
        (1, 0, 2, 6, 2.0, true),
        // Shopper 1 only ever refuses; group 3 has no shopper and refuses at the very same time.
        (2, 1, 0, 1, 2.0, false),
        (3, ANONYMOUS, 0, 9, 2.0, true),
        (3, ANONYMOUS, 0, 9, 2.0, false),
    ];

    #[test]
    fn the_newest_word_is_in_the_history() {
        let found = histories(&interactions(&LINES), 3, 100);
        assert_eq!(rows(&found.chosen), [[(0, 1.0), (2, 1.0)]]);
        assert_eq!(rows(&found.refused), [[(1, 2.0)]]);
    }

    #[test]
    fn baskets_hear_only_their_own_refusals() {
        let found = baskets(&interactions(&LINES), 3, 100);
        assert_eq!(rows(&found), [vec![(0, 1.0), (1, 1.0), (2, 1.0)], vec![(2, 1.0)]]);
    }

    #[test]
    fn baskets_of_one_shopper_stand_together() {
        let lines = [
            (0, 1, 0, 1, 1.0, true),
            (1, ANONYMOUS, 1, 1, 1.0, true),
            (2, 0, 2, 1, 1.0, true),
            (3, 1, 3, 1, 1.0, true),
            (4, ANONYMOUS, 4, 1, 1.0, true),
        ];
        let found = baskets(&interactions(&lines), 5, 100);
        assert_eq!(rows(&found), [[(2, 1.0)], [(0, 1.0)], [(3, 1.0)], [(1, 1.0)], [(4, 1.0)]]);
        assert_eq!((0..5).map(|row| found.person(row)).collect::<Vec<_>>(), [0, 1, 1, 2, 3]);
    }

    #[test]
    fn refusals_go_with_their_row_and_their_column() {
        let lines = [
            (0, 0, 0, 1, 1.0, true),
            (0, 0, 1, 1, 1.0, true),
            (0, 0, 2, 1, 1.0, false),
            (1, 1, 3, 1, 1.0, true),
            (1, 1, 0, 1, 1.0, false),
            (2, 2, 0, 1, 1.0, true),
            (2, 2, 3, 1, 1.0, false),
            (3, 3, 2, 1, 1.0, true),
            (4, 4, 2, 1, 1.0, true),
        ];
        let kept = histories(&interactions(&lines), 4, 100).without_rare_columns(2);
        assert_eq!(rows(&kept.chosen), [[(0, 1.0)], [(0, 1.0)], [(2, 1.0)], [(2, 1.0)]]);
        assert_eq!(rows(&kept.refused), [vec![(2, 1.0)], vec![], vec![], vec![]]);
    }

    #[test]
    fn only_what_lies_above_the_floor_is_left() {
        let lines = [(0, 0, 0, 1, 1.0, true), (0, 0, 1, 1, 0.25, false), (0, 0, 2, 1, 1.5, false)];
        let found = histories(&interactions(&lines), 3, 100).refused.above(0.5);
        assert_eq!(rows(&found), [[(2, 1.0)]]);
    }
}
