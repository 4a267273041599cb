//! From how alike two items are to a row of neighbours.
//!
//! Shared by text and look; deliberately knows nothing of either. Invariant: the order of a row survives being cut
//! to 4 bits as long as it is near the top, because that is where shoppers look.

use std::cmp::Ordering;

use super::rows::Neighbour;

/// So many leading neighbours of a row get weights of their own.
const DISTINCT: usize = 8;
/// The least distance between two of them, as a part of the heaviest: one of 15 levels, and a little for the
/// rounding of the row's scale.
const STEP: f32 = 1.14 / 15.0;
/// The same further down, where three may share a level.
const LATER_STEP: f32 = STEP / 3.0;
/// Less than this part of the heaviest would be cut to nothing.
pub(super) const LEAST: f32 = 0.6 / 15.0;

/// An item and how alike it is to the seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alike {
    pub(super) item: u32,
    /// 1 for the same, 0 for nothing in common.
    pub(super) score: f32,
}

/// Which of two is listed first for a seed: the one more alike. Among equals it is the one that follows the seed
/// first, going around, so that a hundred items with one text do not all recommend the same few.
pub(super) fn order(seed: u32, a: Alike, b: Alike) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.wrapping_sub(seed).cmp(&b.item.wrapping_sub(seed)))
}

/// Leaves the `kept` first of what was found, in order.
pub(super) fn keep_best(seed: u32, found: &mut Vec<Alike>, kept: usize) {
    let order = |a: &Alike, b: &Alike| order(seed, *a, *b);
    if found.len() > kept && kept > 0 {
        found.select_nth_unstable_by(kept - 1, order);
    }
    found.truncate(kept);
    found.sort_unstable_by(order);
}

/// The row of a seed from its neighbours in order, sorted by item.
pub(super) fn row(ranked: &[Alike]) -> Vec<Neighbour> {
    let heaviest = ranked.first().map_or(0.0, |first| first.score);
    let mut last = f32::INFINITY;
    let mut row = Vec::with_capacity(ranked.len());
    for (rank, found) in ranked.iter().enumerate() {
        let step = if rank < DISTINCT { STEP } else { LATER_STEP };
        last = found.score.min(last - step * heaviest).max(LEAST * heaviest);
        if last > 0.0 {
            row.push(Neighbour { item: found.item, weight: last });
        }
    }
    row.sort_unstable_by_key(|neighbour| neighbour.item);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(found: &[(u32, f32)]) -> Vec<Alike> {
        found.iter().map(|&(item, score)| Alike { item, score }).collect()
    }

    #[test]
    fn the_most_alike_come_first_and_equals_go_around_from_the_seed() {
        let found = alike(&[(9, 0.5), (1, 0.5), (3, 0.7), (5, 0.5), (0, 0.1)]);
        let best = |kept| {
            let mut found = found.clone();
            keep_best(4, &mut found, kept);
            found
        };
        assert_eq!(best(4), alike(&[(3, 0.7), (5, 0.5), (9, 0.5), (1, 0.5)]));
        assert_eq!(best(1), alike(&[(3, 0.7)]));
        assert_eq!((best(9).len(), best(0).len()), (5, 0));
    }

    #[test]
    fn the_top_keeps_its_order_in_four_bits() {
        let same: Vec<(u32, f32)> = (0..24).map(|item| (23 - item, 0.8)).collect();
        let row = row(&alike(&same));
        assert_eq!(row.len(), 24);
        let levels: Vec<f32> =
            row.iter().rev().map(|one| (one.weight / 0.8 * 15.0 / 1.125).round()).collect();
        assert!(levels[..8].windows(2).all(|pair| pair[0] > pair[1]), "{levels:?}");
        assert!(levels[7..].windows(4).all(|four| four[0] > four[3] || four[3] == 1.0), "{levels:?}");
        assert!(row.windows(2).all(|pair| pair[0].item < pair[1].item));
    }

    #[test]
    fn what_is_far_apart_keeps_its_weight() {
        let row = row(&alike(&[(1, 0.9), (2, 0.5), (3, 0.01)]));
        assert_eq!((row[0].weight, row[1].weight), (0.9, 0.5));
        assert!((row[2].weight - 0.036).abs() < 1e-6);
    }
}
