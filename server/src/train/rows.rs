//! What to recommend for each seed, as sparse rows.
//!
//! Deliberately no scores of shoppers and no bytes: `pack` cuts the weights to
//! few bits. Invariant: a row is sorted by item number without repeats, never
//! holds its own seed, holds weights above zero only and at most
//! [`LONGEST_ROW`] of them.

use std::cmp::Ordering;

/// Most neighbours of one seed; a row's length fits one byte on the wire.
pub const LONGEST_ROW: usize = 255;

/// Neighbours of every item.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// `of[seed]` lists what to recommend for that seed.
    pub of: Vec<Vec<Neighbour>>,
    /// What each seed weighs as a multiple of the next newer one; 1 when their order means nothing.
    pub step: f32,
    /// What a seed speaks for itself, where what was seen may be shown again.
    pub own: f32,
}

impl Default for Rows {
    fn default() -> Self {
        Rows::of(Vec::new())
    }
}

/// One recommended item with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Place in the catalogue.
    pub item: u32,
    /// How much the seed speaks for it; above zero.
    pub weight: f32,
}

impl Neighbour {
    /// The order of a list: heaviest first, ties to the lower number.
    pub(super) fn heavier_first(&self, other: &Self) -> Ordering {
        other.weight.total_cmp(&self.weight).then(self.item.cmp(&other.item))
    }
}

impl Rows {
    /// Rows of seeds whose order means nothing.
    pub fn of(of: Vec<Vec<Neighbour>>) -> Self {
        Rows { of, step: 1.0, own: 0.0 }
    }

    /// All neighbours of all items.
    pub fn entries(&self) -> usize {
        self.of.iter().map(Vec::len).sum()
    }

    /// How many rows name each item; there is a row for every item.
    pub(super) fn mentions(&self) -> Vec<u32> {
        let mut mentions = vec![0; self.of.len()];
        self.of.iter().flatten().for_each(|one| mentions[one.item as usize] += 1);
        mentions
    }
}

/// Adds up the weights of what was found more than once; heaviest first.
pub(super) fn add_up(found: &mut Vec<Neighbour>) {
    // Stable: sums are made in the order in which they were found.
    found.sort_by_key(|one| one.item);
    found.dedup_by(|later, first| {
        let same = later.item == first.item;
        first.weight += if same { later.weight } else { 0.0 };
        same
    });
    found.sort_unstable_by(Neighbour::heavier_first);
}

/// The heaviest weight of a row; 0 for an empty one.
pub(super) fn strongest(row: &[Neighbour]) -> f32 {
    row.iter().fold(0.0, |best, one| best.max(one.weight))
}

/// The lightest weight of a row; infinite for an empty one.
pub(super) fn weakest(row: &[Neighbour]) -> f32 {
    row.iter().fold(f32::INFINITY, |least, one| least.min(one.weight))
}

/// Turns the seeds of each target into the targets of each seed.
pub(super) fn by_seed(by_target: &[Vec<Neighbour>]) -> Rows {
    let mut of: Vec<Vec<Neighbour>> = vec![Vec::new(); by_target.len()];
    for (target, seeds) in by_target.iter().enumerate() {
        for seed in seeds {
            of[seed.item as usize].push(Neighbour { item: target as u32, weight: seed.weight });
        }
    }
    for row in of.iter_mut().filter(|row| row.len() > LONGEST_ROW) {
        row.sort_unstable_by(Neighbour::heavier_first);
        row.truncate(LONGEST_ROW);
        row.sort_unstable_by_key(|neighbour| neighbour.item);
    }
    Rows::of(of)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_ROW, Neighbour, by_seed};

    #[test]
    fn targets_become_rows_of_their_seeds() {
        let one = |item, weight| Neighbour { item, weight };
        let rows = by_seed(&[vec![one(1, 0.5), one(2, 0.25)], vec![], vec![one(1, 0.75)]]);
        assert_eq!(rows.of, [vec![], vec![one(0, 0.5), one(2, 0.75)], vec![one(0, 0.25)]]);
        assert_eq!(rows.entries(), 3);
    }

    #[test]
    fn a_long_row_keeps_its_heaviest_targets() {
        let by_target: Vec<_> = (0..300u16)
            .map(|target| match target {
                0 => vec![],
                _ => vec![Neighbour { item: 0, weight: f32::from(target) }],
            })
            .collect();
        let rows = by_seed(&by_target);
        assert_eq!(rows.of[0].len(), LONGEST_ROW);
        assert_eq!(rows.of[0][0].item, 45);
        assert!(rows.of[0].windows(2).all(|pair| pair[0].item < pair[1].item));
    }
}
